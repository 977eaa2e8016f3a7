package kube

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube/api"
	"hub-ops/magefiles/internal/layout"
)

// Claim is a PersistentVolumeClaim.
type Claim struct {
	Name   string
	Size   string // what is bound, or else asked for: 10Gi
	Bound  bool
	Helm   bool   // part of the release; those that a StatefulSet or a hub made are not
	Other  string // the release of another name that it is a part of, with its namespace; "" if it is of none
	User   bool   // a hub made it for one of its users
	Volume string
	Class  string // of storage; "" for the cluster's default, until it is bound
	// Username is whose a claim is that a hub made for one of its users, by its annotation or its label; "" if it says nobody.
	Username string
	UID      string
	Owners   []api.Owner // with the last of them it is deleted
}

func (c Claim) String() string {
	if !c.Bound {
		return c.Name + " (" + c.Size + ", not bound)"
	}
	return c.Name + " (" + c.Size + ")"
}

// Claims lists the claims of a hub's namespace.
func (c *Client) Claims(ctx context.Context, at layout.Address) ([]Claim, error) {
	type sizes struct {
		Storage string `json:"storage"`
	}
	var list struct {
		Items []struct {
			Metadata api.Metadata `json:"metadata"`
			Spec     struct {
				VolumeName string `json:"volumeName"`
				Class      string `json:"storageClassName"`
				Resources  struct {
					Requests sizes `json:"requests"`
				} `json:"resources"`
			} `json:"spec"`
			Status struct {
				Capacity sizes `json:"capacity"`
			} `json:"status"`
		} `json:"items"`
	}
	if err := c.Ask(ctx, api.Request{Path: api.InNamespace("v1", at.Namespace, "persistentvolumeclaims")}, &list); err != nil {
		return nil, exit.With(exit.Setup, fmt.Errorf("listing the claims of hub %s: %w", at.Hub, c.Plainly(err)))
	}
	claims := make([]Claim, 0, len(list.Items))
	for _, item := range list.Items {
		claim := Claim{
			Name: item.Metadata.Name, Size: item.Status.Capacity.Storage, Volume: item.Spec.VolumeName, Bound: item.Spec.VolumeName != "",
			Helm: ofRelease(item.Metadata.Annotations, at), Other: otherRelease(item.Metadata.Annotations, at),
			User: item.Metadata.Labels["component"] == userStorage, Class: item.Spec.Class,
			Username: cmp.Or(item.Metadata.Annotations[username], item.Metadata.Labels[username]), UID: item.Metadata.UID, Owners: item.Metadata.Owners,
		}
		if claim.Size == "" {
			claim.Size = item.Spec.Resources.Requests.Storage
		}
		claims = append(claims, claim)
	}
	return claims, nil
}

// userStorage is the component of the claims that KubeSpawner makes for a hub's users: get_pvc_manifest in its source.
const userStorage = "singleuser-storage"

// username is the annotation, and the label, that KubeSpawner gives what it makes for a user: _build_common_annotations in its source.
const username = "hub.jupyter.org/username"

// otherRelease is the release, other than the hub's, that helm's marks name: monitoring/prometheus.
func otherRelease(annotations map[string]string, at layout.Address) string {
	name := annotations["meta.helm.sh/release-name"]
	if name == "" || ofRelease(annotations, at) {
		return ""
	}
	return annotations["meta.helm.sh/release-namespace"] + "/" + name
}

// UsedClaims returns, by claim, a pod of the namespace that uses it and that nothing has begun to delete.
func (c *Client) UsedClaims(ctx context.Context, at layout.Address) (map[string]string, error) {
	var pods struct {
		Items []struct {
			Metadata struct {
				Name    string `json:"name"`
				Deleted string `json:"deletionTimestamp"`
			} `json:"metadata"`
			Spec struct {
				Volumes []struct {
					Claim struct {
						Name string `json:"claimName"`
					} `json:"persistentVolumeClaim"`
				} `json:"volumes"`
			} `json:"spec"`
			Status struct {
				Phase string `json:"phase"`
			} `json:"status"`
		}
	}
	if err := c.Ask(ctx, api.Request{Path: api.InNamespace("v1", at.Namespace, "pods")}, &pods); err != nil {
		return nil, exit.With(exit.Setup, fmt.Errorf("asking which claims of hub %s are in use: %w", at.Hub, c.Plainly(err)))
	}
	used := map[string]string{}
	for _, pod := range pods.Items {
		if pod.Metadata.Deleted != "" || pod.Status.Phase == "Succeeded" || pod.Status.Phase == "Failed" {
			continue
		}
		for _, volume := range pod.Spec.Volumes {
			if volume.Claim.Name != "" {
				used[volume.Claim.Name] = pod.Metadata.Name
			}
		}
	}
	return used, nil
}

// DeleteClaims deletes claims, and with them, as a rule, what they hold, and waits until they are gone. A claim of the same
// name that was made since they were listed stays.
func (c *Client) DeleteClaims(ctx context.Context, at layout.Address, claims []Claim, limit time.Duration) error {
	things := make([]api.Thing, 0, len(claims))
	for _, claim := range claims {
		thing := api.Thing{Path: api.InNamespace("v1", at.Namespace, "persistentvolumeclaims", claim.Name), UID: claim.UID, As: c.User(at.Hub)}
		c.Run.Log.Command(at.Hub, c.command(thing, "delete"))
		if err := c.Delete(ctx, thing); err != nil {
			return exit.With(exit.Setup, fmt.Errorf("deleting claim %s of hub %s: %w", claim.Name, at.Hub, c.Plainly(err)))
		}
		things = append(things, thing)
	}
	for i, thing := range things {
		if err := c.AwaitGone(ctx, thing, limit); err != nil {
			return exit.With(exit.Setup, fmt.Errorf("deleting claim %s of hub %s: %w", claims[i].Name, at.Hub, c.Plainly(err)))
		}
	}
	return nil
}
