package kube

import (
	"context"

	"hub-ops/magefiles/internal/diagnosis"
	"hub-ops/magefiles/internal/kube/api"
)

// StorageClasses names the cluster's storage classes, nil if they cannot be listed.
func (c *Client) StorageClasses(ctx context.Context) []string {
	var list struct{ Items []diagnosis.Object }
	if c.Once(ctx, api.Request{Path: "apis/storage.k8s.io/v1/storageclasses"}, &list) != nil {
		return nil
	}
	names := []string{}
	for _, class := range list.Items {
		names = append(names, class.Metadata.Name)
	}
	return names
}
