package kube

import (
	"context"
	"fmt"

	"hub-ops/magefiles/internal/kube/manifest"
	"hub-ops/magefiles/internal/kube/removed"
)

// Unknown returns what of the objects is of a kind that the API server does not know.
func (c *Client) Unknown(ctx context.Context, objects []manifest.Object) ([]removed.Use, error) {
	var uses []removed.Use
	for _, object := range objects {
		_, known, err := c.PathOf(ctx, object.APIVersion, object.Kind, object.Namespace)
		if err != nil {
			return nil, fmt.Errorf("asking for the kinds of the cluster: %w", err)
		}
		if !known {
			uses = append(uses, removed.Use{Place: object.Source, Version: object.APIVersion, Kind: object.Kind})
		}
	}
	return uses, nil
}
