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

// Platforms counts the nodes that pods can be scheduled to, by platform: "linux/amd64". It is empty if this account may not list nodes, and
// in a cluster that has none at the moment.
func (c *Client) Platforms(ctx context.Context) map[string]int {
	var list struct {
		Items []struct {
			Spec struct {
				Unschedulable bool `json:"unschedulable"`
			} `json:"spec"`
			Status struct {
				NodeInfo struct {
					OS           string `json:"operatingSystem"`
					Architecture string `json:"architecture"`
				} `json:"nodeInfo"`
			} `json:"status"`
		} `json:"items"`
	}
	platforms := map[string]int{}
	if c.Once(ctx, api.Request{Path: "api/v1/nodes"}, &list) != nil {
		return platforms
	}
	for _, node := range list.Items {
		if about := node.Status.NodeInfo; !node.Spec.Unschedulable && about.OS != "" && about.Architecture != "" {
			platforms[about.OS+"/"+about.Architecture]++
		}
	}
	return platforms
}
