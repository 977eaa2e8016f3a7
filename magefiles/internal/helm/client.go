// Package helm runs the Helm client, version 3 or 4, and knows what each spells differently: upgrade, dry run, lint,
// rollback, uninstall, the charts that a hub's chart depends on, and what helm says of a release's revisions.
//
// New finds out the version; a Client then serves a whole run, for many hubs at the same time. The commands that change
// something are printed as an operator would type them. Errors carry exit.Helm and say in a sentence what the API server
// refuses, or else what helm says after "Error:".
//
//	client, err := helm.New(ctx, runner, path, access.Env(), access.Context)
//	err = client.Upgrade(ctx, helm.Upgrade{At: layout.Plain("course"), Chart: dir, Options: helm.Options{Wait: true, Timeout: time.Minute}})
//
// The command lines themselves are put together in arguments.go.
package helm

import (
	"context"
	"fmt"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
)

// Client runs one helm against one cluster.
type Client struct {
	Run     *process.Runner
	Path    string   // of helm
	Env     []string // that leads to the cluster: see access.Access
	Version string   // v4.3.1
	// Context is given to every upgrade: whoever repeats a command that was printed goes to the same cluster or nowhere.
	Context string
	// As returns the account in whose name a hub is changed, "" for our own; nil is our own for all.
	As func(hub string) string
}

// New asks the program at path for its version.
func New(ctx context.Context, runner *process.Runner, path string, env []string, kubeContext string) (*Client, error) {
	out, err := runner.Output(ctx, process.Cmd{Name: path, Args: []string{"version", "--template", "{{.Version}}"}, Env: env})
	if err != nil {
		return nil, exit.With(exit.Setup, fmt.Errorf("asking helm for its version: %w", err))
	}
	return &Client{Run: runner, Path: path, Env: env, Version: strings.TrimSpace(string(out)), Context: kubeContext}, nil
}

// four reports whether this is Helm 4, which renamed flags and applies on the server's side.
func (c *Client) four() bool { return strings.HasPrefix(c.Version, "v4.") }

// run announces a command as an operator would type it, and runs it.
func (c *Client) run(ctx context.Context, hub string, env []string, args ...string) error {
	return c.runAs(ctx, hub, "", env, args...)
}

// runAs is run for a command that has a brief spelling.
func (c *Client) runAs(ctx context.Context, hub, brief string, env []string, args ...string) error {
	return c.Run.Run(ctx, process.Cmd{
		Name: c.Path, Args: args, Prefix: hub, Show: process.Quote("helm", args...), Brief: brief, Env: append(append([]string{}, c.Env...), env...),
	})
}

// account are the arguments that name the account in whose name helm works for a hub, none for our own.
func (c *Client) account(hub string) []string {
	if c.As == nil || c.As(hub) == "" {
		return nil
	}
	return []string{"--kube-as-user", c.As(hub)}
}

// output runs a command that only asks, and returns what it prints.
func (c *Client) output(ctx context.Context, args ...string) ([]byte, error) {
	return c.Run.Output(ctx, process.Cmd{Name: c.Path, Args: args, Env: c.Env})
}

// quiet runs a command without announcing it.
func (c *Client) quiet(ctx context.Context, args ...string) error {
	return c.Run.Run(ctx, process.Cmd{Name: c.Path, Args: args, Env: c.Env, Quiet: true})
}
