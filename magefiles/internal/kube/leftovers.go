package kube

import (
	"context"
	"errors"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/process"
)

// RemoveNew deletes the objects of a manifest that are not older than a revision of the release, and returns their names:
// what a failed upgrade has newly made. Both times are the API server's: helm writes the revision's Secret before it
// makes the first object.
func (c *Client) RemoveNew(ctx context.Context, release string, revision int, manifest string) (removed []string, err error) {
	type created struct {
		Kind     string `json:"kind"`
		Metadata struct {
			Name              string `json:"name"`
			CreationTimestamp string `json:"creationTimestamp"`
		} `json:"metadata"`
	}
	var record created
	if err := c.JSON(ctx, &record, nil, "get", "secret", history.SecretName(release, revision), "--namespace", release); err != nil {
		return nil, err
	}
	var list struct{ Items []created }
	if err := c.JSON(ctx, &list, strings.NewReader(manifest), "get", "--filename", "-", "--namespace", release, "--ignore-not-found"); err != nil {
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
