package kube

import (
	"context"
	"fmt"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube/api"
)

// Claim is a PersistentVolumeClaim.
type Claim struct {
	Name   string
	Size   string // what is bound, or else asked for: 10Gi
	Bound  bool
	Helm   bool // part of the release; those that a StatefulSet or a hub made are not
	Volume string
}

func (c Claim) String() string {
	if !c.Bound {
		return c.Name + " (" + c.Size + ", not bound)"
	}
	return c.Name + " (" + c.Size + ")"
}

// Claims lists the claims of a hub's namespace.
func (c *Client) Claims(ctx context.Context, hub string) ([]Claim, error) {
	type sizes struct {
		Storage string `json:"storage"`
	}
	var list struct {
		Items []struct {
			Metadata struct {
				Name        string            `json:"name"`
				Annotations map[string]string `json:"annotations"`
			} `json:"metadata"`
			Spec struct {
				VolumeName string `json:"volumeName"`
				Resources  struct {
					Requests sizes `json:"requests"`
				} `json:"resources"`
			} `json:"spec"`
			Status struct {
				Capacity sizes `json:"capacity"`
			} `json:"status"`
		} `json:"items"`
	}
	if err := c.Ask(ctx, api.Request{Path: api.InNamespace("v1", hub, "persistentvolumeclaims")}, &list); err != nil {
		return nil, exit.With(exit.Setup, fmt.Errorf("listing the claims of hub %s: %w", hub, c.Plainly(err)))
	}
	claims := make([]Claim, 0, len(list.Items))
	for _, item := range list.Items {
		claim := Claim{
			Name: item.Metadata.Name, Size: item.Status.Capacity.Storage, Volume: item.Spec.VolumeName, Bound: item.Spec.VolumeName != "",
			Helm: item.Metadata.Annotations["meta.helm.sh/release-name"] == hub,
		}
		if claim.Size == "" {
			claim.Size = item.Spec.Resources.Requests.Storage
		}
		claims = append(claims, claim)
	}
	return claims, nil
}

// DeleteClaims deletes claims, and with them, as a rule, what they hold.
func (c *Client) DeleteClaims(ctx context.Context, hub string, claims []Claim) error {
	args := []string{"delete", "persistentvolumeclaims", "--namespace", hub, "--context", c.Context}
	for _, claim := range claims {
		args = append(args, claim.Name)
	}
	if err := c.Shown(ctx, hub, args...); err != nil {
		return exit.With(exit.Setup, fmt.Errorf("deleting the claims of hub %s: %w", hub, err))
	}
	return nil
}
