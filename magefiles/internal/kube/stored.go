package kube

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/run"
)

// storedName is what helm calls the Secret of a revision.
func storedName(hub string, revision int) string {
	return fmt.Sprintf("sh.helm.release.v1.%s.v%d", hub, revision)
}

// Stored returns what helm keeps of a revision: helm.DecodeRelease reads it.
func (c *Client) Stored(ctx context.Context, hub string, revision int) ([]byte, error) {
	out, err := c.output(ctx, "get", "secret", storedName(hub, revision), "--namespace", hub, "--output", "jsonpath={.data.release}", "--request-timeout", "30s")
	if err != nil {
		return nil, exit.With(exit.Helm, fmt.Errorf("reading revision %d of hub %s: %w", revision, hub, err))
	}
	data, err := base64.StdEncoding.DecodeString(string(out))
	if err != nil {
		return nil, exit.With(exit.Helm, fmt.Errorf("reading revision %d of hub %s: %w", revision, hub, err))
	}
	return data, nil
}

// SetStored replaces what helm keeps of a revision.
func (c *Client) SetStored(ctx context.Context, hub string, revision int, data []byte) error {
	patch, err := json.Marshal(map[string]map[string][]byte{"data": {"release": data}})
	if err != nil {
		return err
	}
	_, err = c.Run.Output(ctx, run.Cmd{
		Name: c.Path, Env: c.Env, Stdin: strings.NewReader(string(patch)),
		Args: []string{"patch", "secret", storedName(hub, revision), "--namespace", hub, "--type", "merge", "--patch-file", "/dev/stdin", "--output", "name", "--request-timeout", "30s"},
	})
	if err != nil {
		return exit.With(exit.Helm, fmt.Errorf("writing revision %d of hub %s: %w", revision, hub, err))
	}
	return nil
}
