package kube

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
)

// RemoveNew deletes the objects of a manifest that are not older than a revision of the release, and returns their names.
// Both times are the API server's: the release's record is made before the first object.
func (c *Client) RemoveNew(ctx context.Context, release, revision, manifest string) (removed []string, err error) {
	type created struct {
		Kind     string `json:"kind"`
		Metadata struct {
			Name              string `json:"name"`
			CreationTimestamp string `json:"creationTimestamp"`
		} `json:"metadata"`
	}
	var record created
	if err := c.json(ctx, &record, nil, "get", "secret", "sh.helm.release.v1."+release+".v"+revision, "--namespace", release); err != nil {
		return nil, err
	}
	var list struct{ Items []created }
	if err := c.json(ctx, &list, strings.NewReader(manifest), "get", "--filename", "-", "--namespace", release, "--ignore-not-found"); err != nil {
		return nil, err
	}
	var failures []error
	for _, object := range list.Items {
		if object.Metadata.CreationTimestamp < record.Metadata.CreationTimestamp { // RFC 3339 in UTC: sorted as text
			continue
		}
		name := strings.ToLower(object.Kind) + "/" + object.Metadata.Name
		args := []string{"delete", name, "--namespace", release, "--wait=false", "--context", c.Context}
		if err := c.Run.Run(ctx, process.Cmd{Name: c.Path, Args: args, Env: c.Env, Quiet: true, Prefix: release, Show: process.Quote("kubectl", args...)}); err != nil {
			failures = append(failures, err)
			continue
		}
		removed = append(removed, name)
	}
	return removed, exit.With(exit.Rollout, errors.Join(failures...))
}

// json decodes what kubectl prints.
func (c *Client) json(ctx context.Context, into any, stdin io.Reader, args ...string) error {
	var out bytes.Buffer
	args = append(args, "--output", "json", "--request-timeout", "30s")
	if err := c.Run.Run(ctx, process.Cmd{Name: c.Path, Args: args, Env: c.Env, Stdin: stdin, Stdout: &out, Quiet: true}); err != nil {
		return err
	}
	if out.Len() == 0 {
		return nil
	}
	if err := json.Unmarshal(out.Bytes(), into); err != nil {
		return fmt.Errorf("reading what kubectl prints: %w", err)
	}
	return nil
}
