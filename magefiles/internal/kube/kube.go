// Package kube asks the cluster, through kubectl.
package kube

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"hub-ops/magefiles/internal/diagnosis"
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

// table returns the rows of `kubectl get`, as the server prints them: without the objects themselves.
func (c *Client) table(ctx context.Context, args ...string) ([][]string, error) {
	out, err := c.output(ctx, append([]string{"get", "--no-headers", "--request-timeout", "30s"}, args...)...)
	if err != nil {
		return nil, c.unanswered(err)
	}
	var rows [][]string
	for line := range strings.Lines(string(out)) {
		if fields := strings.Fields(line); len(fields) > 0 {
			rows = append(rows, fields)
		}
	}
	return rows, nil
}

// unanswered explains a question that the cluster did not answer: a refusal is one line.
func (c *Client) unanswered(err error) error {
	if text := diagnosis.Refusal(run.Output(err), run.Quote("kubectl", "--context", c.Context)); text != "" {
		err = &refused{text, err}
	}
	return exit.With(exit.Setup, fmt.Errorf("asking the cluster: %w", err))
}

// refused says in words what kubectl says with its command line.
type refused struct {
	text string
	err  error
}

func (r *refused) Error() string { return r.text }

func (r *refused) Unwrap() error { return r.err }

func (c *Client) output(ctx context.Context, args ...string) ([]byte, error) {
	return c.Run.Output(ctx, run.Cmd{Name: c.Path, Args: args, Env: c.Env})
}

// send hands one object to `kubectl create` or `kubectl replace` on standard input, where no process list shows it, and
// returns what the given output format shows of it.
func (c *Client) send(ctx context.Context, verb string, object []byte, format string) (string, error) {
	args := []string{
		verb, "--filename", "-", "--output", format, "--request-timeout", "30s",
		"--validate=false", // the server validates too; without this kubectl would fetch the whole schema first
	}
	out, err := c.Run.Output(ctx, run.Cmd{Name: c.Path, Args: args, Env: c.Env, Stdin: bytes.NewReader(object)})
	return string(out), err
}

// shown announces a command as an operator would type it, and runs it.
func (c *Client) shown(ctx context.Context, hub string, args ...string) error {
	return c.Run.Run(ctx, run.Cmd{Name: c.Path, Args: args, Env: c.Env, Prefix: hub, Show: run.Quote("kubectl", args...)})
}

// HasNamespace reports whether there is such a namespace.
func (c *Client) HasNamespace(ctx context.Context, name string) (bool, error) {
	out, err := c.output(ctx, "get", "namespace", name, "--ignore-not-found", "--output", "name", "--request-timeout", "30s")
	if err != nil {
		return false, c.unanswered(err)
	}
	return len(out) > 0, nil
}
