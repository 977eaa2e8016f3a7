package kube

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/kube/api"
	"hub-ops/magefiles/internal/kube/manifest"
	"hub-ops/magefiles/internal/layout"
)

// Leftover is an object that a failed revision of a release has made.
type Leftover struct {
	api.Thing
	Name  string // configmap/settings, service.serving.knative.dev/hub
	Bound bool   // a claim that a volume is bound to
}

// Leftovers finds those of the objects, which the given revision has and the one before had not, that this revision of this
// release has made: they carry helm's marks of the release, and are not older than the revision. Both times are the API
// server's: helm writes the revision's Secret before it makes the first object. An object of the same name in another group
// or namespace is another object, and so is one that somebody else has made.
func (c *Client) Leftovers(ctx context.Context, at layout.Address, revision int, objects []manifest.Object) ([]Leftover, error) {
	record, found, err := c.live(ctx, api.InNamespace("v1", at.Namespace, "secrets", history.SecretName(at.Release, revision)))
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, fmt.Errorf("secret %s is gone", history.SecretName(at.Release, revision))
	}
	var leftovers []Leftover
	for _, object := range objects {
		path, known, err := c.PathOf(ctx, object.APIVersion, object.Kind, object.Namespace)
		if err != nil {
			return leftovers, err
		}
		if !known || object.Name == "" {
			continue
		}
		path += "/" + api.Segment(object.Name)
		now, found, err := c.live(ctx, path)
		if err != nil {
			return leftovers, err
		}
		if found && now.madeBy(at) && now.Metadata.Created >= record.Metadata.Created {
			bound := object.Identity().Group == "" && object.Kind == "PersistentVolumeClaim" && now.Spec.VolumeName != ""
			leftovers = append(leftovers, Leftover{Thing: api.Thing{Path: path, UID: now.Metadata.UID, As: c.User(at.Hub)}, Name: object.Identity().Resource(), Bound: bound})
		}
	}
	return leftovers, nil
}

// RemoveLeftovers deletes the objects, and returns the names of those that are deleted. It does not wait until they are gone.
func (c *Client) RemoveLeftovers(ctx context.Context, at layout.Address, leftovers []Leftover) (removed []string, err error) {
	var failures []error
	for _, one := range leftovers {
		c.Run.Log.Command(at.Hub, c.command(one.Thing, "delete"))
		if err := c.Delete(ctx, one.Thing); err != nil {
			failures = append(failures, fmt.Errorf("%s: %w", one.Name, c.Plainly(err)))
			continue
		}
		removed = append(removed, one.Name)
	}
	return removed, exit.With(exit.Rollout, errors.Join(failures...))
}

// live is what the cluster has of an object.
type live struct {
	Metadata api.Metadata `json:"metadata"`
	Spec     struct {
		VolumeName string `json:"volumeName"`
	} `json:"spec"`
}

func (c *Client) live(ctx context.Context, path string) (object live, found bool, err error) {
	err = c.Ask(ctx, api.Request{Path: path}, &object)
	if api.Code(err) == http.StatusNotFound {
		return live{}, false, nil
	}
	return object, err == nil, err
}

// madeBy reports whether helm's marks say that the object is of that release:
// checkOwnership in pkg/action/validate.go of its source.
func (l live) madeBy(at layout.Address) bool {
	return l.Metadata.Labels["app.kubernetes.io/managed-by"] == "Helm" && ofRelease(l.Metadata.Annotations, at)
}

func ofRelease(annotations map[string]string, at layout.Address) bool {
	return annotations["meta.helm.sh/release-name"] == at.Release && annotations["meta.helm.sh/release-namespace"] == at.Namespace
}
