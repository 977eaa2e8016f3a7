// Package kube asks the cluster, through kubectl.
package kube

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/run"
)

// Client runs kubectl against one cluster.
type Client struct {
	Run  *run.Runner
	Path string   // of kubectl
	Env  []string // that leads to the cluster: see auth.Access
	// Context is given to the commands that are printed too: whoever repeats one goes to the same cluster or nowhere.
	Context string
}

// ServerVersion asks the API server for its version, within ten seconds.
func (c *Client) ServerVersion(ctx context.Context) (string, error) {
	out, err := c.output(ctx, "version", "--output", "json", "--request-timeout", "10s")
	if err != nil {
		return "", exit.With(exit.Setup, fmt.Errorf("the cluster does not answer: %w; is it running, and are the credentials still valid?", err))
	}
	var versions struct {
		Server struct {
			GitVersion string `json:"gitVersion"`
		} `json:"serverVersion"`
	}
	if err := json.Unmarshal(out, &versions); err != nil {
		return "", fmt.Errorf("reading the version of the API server: %w", err)
	}
	return versions.Server.GitVersion, nil
}

// Pods counts the pods of each namespace.
func (c *Client) Pods(ctx context.Context) (map[string]Pods, error) {
	rows, err := c.table(ctx, "pods", "--all-namespaces")
	if err != nil {
		return nil, err
	}
	counts := map[string]Pods{}
	for _, row := range rows { // NAMESPACE NAME READY STATUS …
		if len(row) < 4 || row[3] == "Completed" {
			continue
		}
		ready, all, _ := strings.Cut(row[2], "/")
		pods := counts[row[0]]
		pods.All++
		if ready == all {
			pods.Ready++
		}
		counts[row[0]] = pods
	}
	return counts, nil
}

// Pods is how many pods of a hub there are, and how many are ready.
type Pods struct{ Ready, All int }

func (p Pods) String() string { return fmt.Sprintf("%d/%d ready", p.Ready, p.All) }

// Release is the newest revision of a Helm release, as the labels of its Secret tell: reading those costs one request
// for the whole cluster, and no manifest or secret value leaves it.
type Release struct {
	Namespace string
	Name      string
	Revision  string
	Status    string // deployed, failed, pending-upgrade, …
	Image     string // tag, recorded by the deploy; "" if the hub has no image of its own
	Commit    string // abbreviated
}

// The labels that a deploy puts on a release.
const (
	ImageLabel  = "hub-ops.image-tag"
	CommitLabel = "hub-ops.commit"
)

// Releases returns the newest revision of each release, by namespace and name.
func (c *Client) Releases(ctx context.Context) (map[string]Release, error) {
	labels := strings.Join([]string{"name", "version", "status", ImageLabel, CommitLabel}, ",")
	rows, err := c.table(ctx, "secrets", "--all-namespaces", "--selector", "owner=helm", "--label-columns", labels)
	if err != nil {
		return nil, err
	}
	newest := map[string]Release{}
	for _, row := range rows { // NAMESPACE NAME TYPE DATA AGE and the labels
		if len(row) != 10 {
			continue
		}
		release := Release{Namespace: row[0], Name: row[5], Revision: row[6], Status: row[7], Image: label(row[8]), Commit: label(row[9])}
		key := release.Namespace + "/" + release.Name
		if old, known := newest[key]; !known || later(release.Revision, old.Revision) {
			newest[key] = release
		}
	}
	return newest, nil
}

// label turns what kubectl prints for a missing label into "".
func label(text string) string { return strings.TrimPrefix(text, "<none>") }

// later compares two revision numbers.
func later(a, b string) bool { return len(a) > len(b) || len(a) == len(b) && a > b }

// table returns the rows of `kubectl get`, as the server prints them: without the objects themselves.
func (c *Client) table(ctx context.Context, args ...string) ([][]string, error) {
	out, err := c.output(ctx, append([]string{"get", "--no-headers", "--request-timeout", "30s"}, args...)...)
	if err != nil {
		return nil, exit.With(exit.Setup, fmt.Errorf("asking the cluster: %w", err))
	}
	var rows [][]string
	for line := range strings.Lines(string(out)) {
		if fields := strings.Fields(line); len(fields) > 0 {
			rows = append(rows, fields)
		}
	}
	return rows, nil
}

func (c *Client) output(ctx context.Context, args ...string) ([]byte, error) {
	return c.Run.Output(ctx, run.Cmd{Name: c.Path, Args: args, Env: c.Env})
}
