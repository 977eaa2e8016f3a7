package helm

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/process"
)

// FailedRevision returns the newest revision of a release if it has failed, and the one that is deployed below it; each
// "" if there is none.
func (c *Client) FailedRevision(ctx context.Context, release string) (failed, deployed string, err error) {
	out, err := c.Run.Output(ctx, process.Cmd{Name: c.Path, Env: c.Env, Args: []string{"history", release, "--namespace", release, "--max", "50", "--output", "json", "--kube-context", c.Context}})
	if err != nil {
		return "", "", err
	}
	var revisions []struct {
		Revision int    `json:"revision"`
		Status   string `json:"status"`
	}
	if err := json.Unmarshal(out, &revisions); err != nil {
		return "", "", fmt.Errorf("reading the history of release %s: %w", release, err)
	}
	for _, revision := range slices.Backward(revisions) {
		switch {
		case failed == "" && revision.Status != "failed":
			return "", "", nil
		case failed == "":
			failed = strconv.Itoa(revision.Revision)
		case revision.Status == "deployed":
			return failed, strconv.Itoa(revision.Revision), nil
		}
	}
	return failed, "", nil
}

// Empty reports whether the newest revision of a release holds no object at all.
func (c *Client) Empty(ctx context.Context, release string) (bool, error) {
	out, err := c.Run.Output(ctx, process.Cmd{Name: c.Path, Env: c.Env, Args: []string{"get", "manifest", release, "--namespace", release, "--kube-context", c.Context}})
	return !strings.Contains(string(out), "kind:"), err
}

// Added returns the objects of a revision, as a manifest, that the other has not. What the chart wants to be kept
// (helm.sh/resource-policy) is left out.
func (c *Client) Added(ctx context.Context, release, revision, other string) (string, error) {
	known := map[string]bool{}
	old, err := c.manifest(ctx, release, other)
	if err != nil {
		return "", err
	}
	for _, object := range old {
		known[object.key()] = true
	}
	now, err := c.manifest(ctx, release, revision)
	if err != nil {
		return "", err
	}
	var added []string
	for _, object := range now {
		if !known[object.key()] && object.Metadata.Annotations["helm.sh/resource-policy"] != "keep" {
			added = append(added, object.text)
		}
	}
	return strings.Join(added, "\n---\n"), nil
}

// object is one of a manifest.
type object struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string `yaml:"kind"`
	Metadata   struct {
		Name        string            `yaml:"name"`
		Namespace   string            `yaml:"namespace"`
		Annotations map[string]string `yaml:"annotations"`
	} `yaml:"metadata"`
	text string
}

// key is the object's identity. The version of its API is no part of it.
func (o object) key() string {
	group, _, _ := strings.Cut(o.APIVersion, "/")
	return strings.Join([]string{group, o.Kind, o.Metadata.Namespace, o.Metadata.Name}, "/")
}

func (c *Client) manifest(ctx context.Context, release, revision string) ([]object, error) {
	out, err := c.Run.Output(ctx, process.Cmd{Name: c.Path, Env: c.Env, Args: []string{"get", "manifest", release, "--namespace", release, "--revision", revision, "--kube-context", c.Context}})
	if err != nil {
		return nil, fmt.Errorf("reading revision %s of release %s: %w", revision, release, err)
	}
	var objects []object
	for text := range strings.SplitSeq("\n"+string(out), "\n---") {
		o := object{text: text}
		if err := yaml.Unmarshal([]byte(text), &o); err != nil {
			return nil, fmt.Errorf("reading revision %s of release %s: %w", revision, release, err)
		}
		if o.Kind != "" {
			objects = append(objects, o)
		}
	}
	return objects, nil
}
