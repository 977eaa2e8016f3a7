package kube

import (
	"context"

	"hub-ops/magefiles/internal/diagnosis"
	"hub-ops/magefiles/internal/kube/api"
)

// Volumes lists the cluster's PersistentVolumes, nil if they cannot be listed.
func (c *Client) Volumes(ctx context.Context) []*diagnosis.Object {
	var list struct{ Items []*diagnosis.Object }
	if c.Once(ctx, api.Request{Path: "api/v1/persistentvolumes"}, &list) != nil {
		return nil
	}
	return append([]*diagnosis.Object{}, list.Items...)
}
