package kube

import (
	"context"

	"hub-ops/magefiles/internal/diagnosis"
	"hub-ops/magefiles/internal/kube/api"
)

// ReclaimPolicies are what happens to each PersistentVolume when its claim goes, by its name: Delete or Retain. It is nil if they cannot be listed.
func (c *Client) ReclaimPolicies(ctx context.Context) map[string]string {
	var list struct {
		Items []struct {
			Metadata api.Metadata `json:"metadata"`
			Spec     struct {
				Policy string `json:"persistentVolumeReclaimPolicy"`
			} `json:"spec"`
		} `json:"items"`
	}
	if c.Once(ctx, api.Request{Path: "api/v1/persistentvolumes"}, &list) != nil {
		return nil
	}
	policies := map[string]string{}
	for _, item := range list.Items {
		policies[item.Metadata.Name] = item.Spec.Policy
	}
	return policies
}

// Volumes lists the cluster's PersistentVolumes, nil if they cannot be listed.
func (c *Client) Volumes(ctx context.Context) []*diagnosis.Object {
	var list struct{ Items []*diagnosis.Object }
	if c.Once(ctx, api.Request{Path: "api/v1/persistentvolumes"}, &list) != nil {
		return nil
	}
	return append([]*diagnosis.Object{}, list.Items...)
}
