// Package helm runs the Helm client, version 3 or 4, and knows what each spells differently.
package helm

import (
	"context"
	"errors"
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
	return c.Run.Run(ctx, process.Cmd{
		Name: c.Path, Args: args, Prefix: hub, Show: process.Quote("helm", args...), Env: append(append([]string{}, c.Env...), env...),
	})
}

// reason cuts helm's failure to what it says after "Error:". Command and output have been seen before.
func reason(err error) error {
	if known := (*failure)(nil); errors.As(err, &known) {
		return err
	}
	for line := range strings.Lines(process.Output(err)) {
		if text, found := strings.CutPrefix(strings.TrimSpace(line), "Error: "); found {
			return &failure{text: "helm: " + text, err: err}
		}
	}
	return err
}

// failure is an error in fewer words.
type failure struct {
	text string
	err  error
}

func (f *failure) Error() string { return f.text }

func (f *failure) Unwrap() error { return f.err }
