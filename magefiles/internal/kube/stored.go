package kube

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/kube/api"
	"hub-ops/magefiles/internal/layout"
)

// Stored is what helm keeps of a revision: the Secret as it was read.
type Stored struct {
	Data     []byte // history.Decode reads it
	metadata api.Metadata
}

// Stored returns what helm keeps of a revision.
func (c *Client) Stored(ctx context.Context, at layout.Address, revision int) (Stored, error) {
	var secret struct {
		Metadata api.Metadata `json:"metadata"`
		Data     struct {
			Release []byte `json:"release"`
		} `json:"data"`
	}
	if err := c.Ask(ctx, api.Request{Path: api.InNamespace("v1", at.Namespace, "secrets", history.SecretName(at.Release, revision))}, &secret); err != nil {
		return Stored{}, exit.With(exit.Helm, fmt.Errorf("reading revision %d of hub %s: %w", revision, at.Hub, c.Plainly(err)))
	}
	return Stored{secret.Data.Release, secret.Metadata}, nil
}

// SetStored replaces what helm keeps of a revision. status replaces the one in its label, unless it is "". It fails if the
// Secret is another one than was read, or has changed since.
func (c *Client) SetStored(ctx context.Context, at layout.Address, revision int, stored Stored, status string) error {
	metadata := map[string]any{"uid": stored.metadata.UID, "resourceVersion": stored.metadata.Version}
	if status != "" {
		metadata["labels"] = map[string]string{"status": status}
	}
	return c.patchStored(ctx, at, revision, map[string]any{"metadata": metadata, "data": map[string][]byte{"release": stored.Data}})
}

// LabelStored puts labels on the Secret of a revision.
func (c *Client) LabelStored(ctx context.Context, at layout.Address, revision int, labels map[string]string) error {
	return c.patchStored(ctx, at, revision, map[string]any{"metadata": map[string]any{"labels": labels}})
}

func (c *Client) patchStored(ctx context.Context, at layout.Address, revision int, content map[string]any) error {
	patch, err := json.Marshal(content)
	if err != nil {
		return err
	}
	path := api.InNamespace("v1", at.Namespace, "secrets", history.SecretName(at.Release, revision))
	if err := c.Ask(ctx, api.Request{Method: http.MethodPatch, Path: path, ContentType: "application/merge-patch+json", Body: patch, As: c.User(at.Hub)}, nil); err != nil {
		return exit.With(exit.Helm, fmt.Errorf("writing revision %d of hub %s: %w", revision, at.Hub, c.Plainly(err)))
	}
	return nil
}
