package helm

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/kube/manifest"
)

// FailedRevision returns the newest revision of a release if it has failed, and the one that is deployed below it; each
// 0 if there is none.
func (c *Client) FailedRevision(ctx context.Context, release string) (failed, deployed int, err error) {
	out, err := c.output(ctx, c.historyArguments(release)...)
	if err != nil {
		return 0, 0, err
	}
	var revisions []struct {
		Revision int    `json:"revision"`
		Status   string `json:"status"`
	}
	if err := json.Unmarshal(out, &revisions); err != nil {
		return 0, 0, fmt.Errorf("reading the history of release %s: %w", release, err)
	}
	for _, revision := range slices.Backward(revisions) {
		switch {
		case failed == 0 && revision.Status != "failed":
			return 0, 0, nil
		case failed == 0:
			failed = revision.Revision
		case revision.Status == "deployed":
			return failed, revision.Revision, nil
		}
	}
	return failed, 0, nil
}

// Empty reports whether the newest revision of a release holds no object at all.
func (c *Client) Empty(ctx context.Context, release string) (bool, error) {
	out, err := c.output(ctx, c.manifestArguments(release, newest)...)
	return !strings.Contains(string(out), "kind:"), err
}

// Added returns the objects of a revision that the other has not, as a manifest. What the chart wants to be kept
// (helm.sh/resource-policy) is left out.
func (c *Client) Added(ctx context.Context, release string, revision, other int) (string, error) {
	old, err := c.manifest(ctx, release, other)
	if err != nil {
		return "", err
	}
	known := map[manifest.Identity]bool{}
	for _, object := range old {
		known[object.Identity()] = true
	}
	now, err := c.manifest(ctx, release, revision)
	if err != nil {
		return "", err
	}
	var added []string
	for _, object := range now {
		if !known[object.Identity()] && !object.Kept() {
			added = append(added, object.YAML)
		}
	}
	return strings.Join(added, "\n---\n"), nil
}

func (c *Client) manifest(ctx context.Context, release string, revision int) ([]manifest.Object, error) {
	out, err := c.output(ctx, c.manifestArguments(release, revision)...)
	if err != nil {
		return nil, fmt.Errorf("reading revision %d of release %s: %w", revision, release, err)
	}
	objects, err := manifest.Parse(string(out), release)
	if err != nil {
		return nil, fmt.Errorf("reading revision %d of release %s: %w", revision, release, err)
	}
	return objects, nil
}
