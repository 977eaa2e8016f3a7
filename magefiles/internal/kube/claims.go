package kube

import (
	"context"
	"encoding/json"
	"fmt"

	"hub-ops/magefiles/internal/exit"
)

// BoundClaims lists the bound PersistentVolumeClaims of a namespace that are part of its release. Those that a
// StatefulSet made from a template are not: helm never touches them.
func (c *Client) BoundClaims(ctx context.Context, release string) ([]string, error) {
	out, err := c.output(ctx, "get", "persistentvolumeclaims", "--namespace", release, "--output", "json", "--request-timeout", "30s")
	if err != nil {
		return nil, exit.With(exit.Setup, fmt.Errorf("listing the claims of hub %s: %w", release, err))
	}
	var list struct {
		Items []struct {
			Metadata struct {
				Name        string            `json:"name"`
				Annotations map[string]string `json:"annotations"`
			} `json:"metadata"`
			Spec struct {
				VolumeName string `json:"volumeName"`
			} `json:"spec"`
		} `json:"items"`
	}
	if err := json.Unmarshal(out, &list); err != nil {
		return nil, fmt.Errorf("listing the claims of hub %s: %w", release, err)
	}
	var names []string
	for _, claim := range list.Items {
		if claim.Spec.VolumeName != "" && claim.Metadata.Annotations["meta.helm.sh/release-name"] == release {
			names = append(names, claim.Metadata.Name)
		}
	}
	return names, nil
}
