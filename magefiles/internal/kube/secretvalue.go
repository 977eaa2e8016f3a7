package kube

import (
	"context"
	"fmt"
	"net/http"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube/api"
	"hub-ops/magefiles/internal/layout"
)

// SecretValue returns a value of a Secret in a hub's namespace; nil if there is none.
func (c *Client) SecretValue(ctx context.Context, at layout.Address, name, key string) ([]byte, error) {
	var secret struct {
		Data map[string][]byte `json:"data"`
	}
	err := c.Ask(ctx, api.Request{Path: api.InNamespace("v1", at.Namespace, "secrets", name)}, &secret)
	if err != nil && api.Code(err) != http.StatusNotFound {
		return nil, exit.With(exit.Setup, fmt.Errorf("reading secret %s of hub %s: %w", name, at.Hub, c.Plainly(err)))
	}
	return secret.Data[key], nil
}
