package kube

import (
	"context"
	"encoding/json"
	"net/http"

	"hub-ops/magefiles/internal/diagnosis"
	"hub-ops/magefiles/internal/kube/api"
)

// Autoscaled reports whether something adds nodes to the cluster: the cluster autoscaler, which keeps its state in a
// ConfigMap, or Karpenter, which has an API. It is true if that cannot be asked.
func (c *Client) Autoscaled(ctx context.Context) bool {
	for _, path := range []string{"api/v1/namespaces/kube-system/configmaps/cluster-autoscaler-status", "apis/karpenter.sh"} {
		if err := c.Once(ctx, api.Request{Path: path}, new(json.RawMessage)); api.Code(err) != http.StatusNotFound {
			return true
		}
	}
	return false
}

// Nodes lists the cluster's nodes, nil if they cannot be listed.
func (c *Client) Nodes(ctx context.Context) []*diagnosis.Object {
	var list struct{ Items []*diagnosis.Object }
	if c.Once(ctx, api.Request{Path: "api/v1/nodes"}, &list) != nil {
		return nil
	}
	return append([]*diagnosis.Object{}, list.Items...)
}
