package kube

import (
	"context"
	"net/http"
	"time"

	"hub-ops/magefiles/internal/diagnosis"
	"hub-ops/magefiles/internal/kube/api"
)

// Host looks at one node, and at the lease that its kubelet renews. The node is nil if there is none, which gone says, or if this account may not look. An
// error says that the API server does not answer.
func (c *Client) Host(ctx context.Context, name string) (node *diagnosis.Object, held diagnosis.Lease, gone bool, err error) {
	var lease struct {
		Spec struct {
			RenewTime string `json:"renewTime"`
			Seconds   int    `json:"leaseDurationSeconds"`
		} `json:"spec"`
	}
	found := new(diagnosis.Object)
	switch err := c.Once(ctx, api.Request{Path: "api/v1/nodes/" + api.Segment(name)}, found); {
	case api.Code(err) == http.StatusNotFound:
		return nil, held, true, nil
	case err == nil:
		node = found
	case api.Code(err) != http.StatusForbidden:
		return nil, held, false, err
	}
	switch err := c.Once(ctx, api.Request{Path: "apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/" + api.Segment(name)}, &lease); {
	case err == nil:
		held = diagnosis.Lease{Renewed: lease.Spec.RenewTime, Lasts: time.Duration(lease.Spec.Seconds) * time.Second}
	case api.Code(err) != http.StatusForbidden && api.Code(err) != http.StatusNotFound:
		return node, held, false, err
	}
	return node, held, false, nil
}
