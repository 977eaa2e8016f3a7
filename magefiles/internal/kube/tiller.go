package kube

import (
	"context"
	"net/http"

	"hub-ops/magefiles/internal/kube/api"
)

// Tillers names the namespaces that a Tiller, the server of Helm 2, runs in: it keeps releases of its own under the same
// names. known is false if this account may not list Deployments.
func (c *Client) Tillers(ctx context.Context) (namespaces []string, known bool, err error) {
	found, err := c.List(ctx, "apis/apps/v1/deployments", "app=helm,name=tiller")
	switch {
	case api.Code(err) == http.StatusForbidden:
		return nil, false, nil
	case err != nil:
		return nil, false, c.Unanswered(err)
	}
	for _, deployment := range found {
		namespaces = append(namespaces, deployment.Namespace)
	}
	return namespaces, true, nil
}
