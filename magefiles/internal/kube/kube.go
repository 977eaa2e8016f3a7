// Package kube asks the cluster: through kubectl, and through one kubectl proxy a run.
package kube

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"hub-ops/magefiles/internal/diagnosis"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
)

// Client runs kubectl against one cluster.
type Client struct {
	Run  *process.Runner
	Path string   // of kubectl
	Env  []string // that leads to the cluster: see access.Access
	// Context is given to the commands that are printed too: whoever repeats one goes to the same cluster or nowhere.
	Context  string
	Scratch  string        // private directory, for the proxy's socket
	Patience time.Duration // how long an API server that has answered before may be away

	mu    sync.Mutex
	proxy *Proxy
	stop  func() // ends it
}

// ServerVersion asks the API server for its version, within ten seconds.
func (c *Client) ServerVersion(ctx context.Context) (string, error) {
	const patience = 10 * time.Second
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var version struct {
		GitVersion string `json:"gitVersion"`
	}
	if err := c.ask(limited, call{path: "version"}, &version); err != nil {
		if limited.Err() != nil && ctx.Err() == nil {
			err = fmt.Errorf("nothing comes back within %s", patience)
		}
		return "", exit.With(exit.Setup, fmt.Errorf("the cluster does not answer: %w; is it running, and are the credentials still valid?", c.plainly(err)))
	}
	return version.GitVersion, nil
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
	return exit.With(exit.Setup, fmt.Errorf("asking the cluster: %w", c.plainly(err)))
}

// plainly says what the API server has refused in words, where there are such.
func (c *Client) plainly(err error) error {
	if text := diagnosis.Refusal(said(err), c.command()); text != "" {
		return &refused{text, err}
	}
	return err
}

// command is how the kubectl commands begin that are advised.
func (c *Client) command() string { return process.Quote("kubectl", "--context", c.Context) }

// ask sends a question to the API server that can be asked again: see Proxy.ask.
func (c *Client) ask(ctx context.Context, request call, into any) error {
	proxy, err := c.Proxy(ctx)
	if err != nil {
		return err
	}
	return proxy.ask(ctx, request, into)
}

// send is ask for what must not be sent twice.
func (c *Client) send(ctx context.Context, request call, into any) error {
	proxy, err := c.Proxy(ctx)
	if err != nil {
		return err
	}
	return proxy.once(ctx, request, into)
}

// metadata lists objects without what they hold.
func (c *Client) metadata(ctx context.Context, path, selector string) ([]metadata, error) {
	proxy, err := c.Proxy(ctx)
	if err != nil {
		return nil, err
	}
	return proxy.list(ctx, path, selector)
}

// refused says in words what kubectl says with its command line.
type refused struct {
	text string
	err  error
}

func (r *refused) Error() string { return r.text }

func (r *refused) Unwrap() error { return r.err }

func (c *Client) output(ctx context.Context, args ...string) ([]byte, error) {
	return c.Run.Output(ctx, process.Cmd{Name: c.Path, Args: args, Env: c.Env})
}

// shown announces a command as an operator would type it, and runs it.
func (c *Client) shown(ctx context.Context, hub string, args ...string) error {
	return c.Run.Run(ctx, process.Cmd{Name: c.Path, Args: args, Env: c.Env, Prefix: hub, Show: process.Quote("kubectl", args...)})
}

// HasNamespace reports whether there is such a namespace.
func (c *Client) HasNamespace(ctx context.Context, name string) (bool, error) {
	err := c.ask(ctx, call{path: "api/v1/namespaces/" + name}, nil)
	if code(err) == http.StatusNotFound {
		return false, nil
	}
	if err != nil {
		return false, c.unanswered(err)
	}
	return true, nil
}
