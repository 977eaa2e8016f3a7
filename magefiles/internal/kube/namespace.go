package kube

import (
	"context"
	"net/http"

	"hub-ops/magefiles/internal/diagnosis"
	"hub-ops/magefiles/internal/kube/api"
)

// HasNamespace reports whether the cluster has such a namespace.
func (c *Client) HasNamespace(ctx context.Context, name string) (bool, error) {
	err := c.Ask(ctx, api.Request{Path: "api/v1/namespaces/" + name}, nil)
	if api.Code(err) == http.StatusNotFound {
		return false, nil
	}
	if err != nil {
		return false, c.Unanswered(err)
	}
	return true, nil
}

// Terminates reports whether the namespace is being deleted. It is false if the namespace does not exist or cannot be
// asked about.
func (c *Client) Terminates(ctx context.Context, namespace string) bool {
	var object diagnosis.Object
	return c.Once(ctx, api.Request{Path: "api/v1/namespaces/" + namespace}, &object) == nil && object.Status.Phase == "Terminating"
}
