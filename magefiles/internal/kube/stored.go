package kube

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/kube/api"
)

// Stored returns what helm keeps of a revision: history.Decode reads it.
func (c *Client) Stored(ctx context.Context, hub string, revision int) ([]byte, error) {
	var secret struct {
		Data struct {
			Release []byte `json:"release"`
		} `json:"data"`
	}
	if err := c.Ask(ctx, api.Request{Path: api.InNamespace("v1", hub, "secrets", history.SecretName(hub, revision))}, &secret); err != nil {
		return nil, exit.With(exit.Helm, fmt.Errorf("reading revision %d of hub %s: %w", revision, hub, c.Plainly(err)))
	}
	return secret.Data.Release, nil
}

// SetStored replaces what helm keeps of a revision. status replaces the one in its label, unless it is "".
func (c *Client) SetStored(ctx context.Context, hub string, revision int, data []byte, status string) error {
	content := map[string]any{"data": map[string][]byte{"release": data}}
	if status != "" {
		content["metadata"] = map[string]any{"labels": map[string]string{"status": status}}
	}
	patch, err := json.Marshal(content)
	if err != nil {
		return err
	}
	path := api.InNamespace("v1", hub, "secrets", history.SecretName(hub, revision))
	if err := c.Ask(ctx, api.Request{Method: http.MethodPatch, Path: path, ContentType: "application/merge-patch+json", Body: patch}, nil); err != nil {
		return exit.With(exit.Helm, fmt.Errorf("writing revision %d of hub %s: %w", revision, hub, c.Plainly(err)))
	}
	return nil
}
