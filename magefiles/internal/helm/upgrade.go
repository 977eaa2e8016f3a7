package helm

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"hub-ops/magefiles/internal/diagnosis"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
)

// Options are the switches of an upgrade.
type Options struct {
	Force         bool
	Wait          bool
	CleanupOnFail bool
	Timeout       time.Duration
}

// Upgrade is one release to install or upgrade.
type Upgrade struct {
	Hub     string            // also the release and the namespace
	Chart   string            // directory, with its dependencies in it
	Values  []string          // files, later ones win
	Strings map[string]string // value paths that are set to strings
	Labels  map[string]string // put on the release
	// Description stands in helm history, and in helm list --output json.
	Description string
	Options
}

// Upgrade runs helm upgrade --install, and fails as helm fails.
func (c *Client) Upgrade(ctx context.Context, u Upgrade) error {
	if err := c.run(ctx, u.Hub, nil, c.upgradeArguments(u)...); err != nil {
		return exit.With(exit.Helm, fmt.Errorf("deploying hub %s: %w", u.Hub, c.refusal(err)))
	}
	return nil
}

// refusal says what the API server has refused in words, and else what helm says.
func (c *Client) refusal(err error) error {
	if text := diagnosis.Refusal(process.Output(err), process.Quote("kubectl", "--context", c.Context)); text != "" {
		return &failure{text: text, err: err}
	}
	return reason(err)
}

// upgradeArguments are the seed's, in its order, as this version of helm spells them.
func (c *Client) upgradeArguments(u Upgrade) []string {
	args := []string{"upgrade", "--install", "--namespace", u.Hub, "--create-namespace", u.Hub, u.Chart}
	args = append(args, c.switches(u.Options)...)
	args = append(args, u.values()...)
	args = append(args, "--kube-context", c.Context)
	if len(u.Labels) > 0 {
		var labels []string
		for _, label := range slices.Sorted(maps.Keys(u.Labels)) {
			labels = append(labels, label+"="+u.Labels[label])
		}
		args = append(args, "--labels", strings.Join(labels, ","))
	}
	if u.Description != "" {
		args = append(args, "--description", u.Description)
	}
	return args
}

// switches spells the options.
func (c *Client) switches(u Options) []string {
	var args []string
	switch {
	case u.Force && c.four():
		// Helm 4 applies on the server's side, which cannot replace: the older way has to be asked for.
		args = append(args, "--force-replace", "--server-side=false")
	case u.Force:
		args = append(args, "--force")
	}
	if u.Wait {
		args = append(args, "--wait")
	}
	args = append(args, "--timeout", seconds(u.Timeout))
	if u.CleanupOnFail {
		args = append(args, "--cleanup-on-fail")
	}
	return args
}

// values are the arguments that set values.
func (u Upgrade) values() []string {
	var args []string
	for _, file := range u.Values {
		args = append(args, "-f", file)
	}
	for _, path := range slices.Sorted(maps.Keys(u.Strings)) {
		args = append(args, "--set-string", path+"="+escape(u.Strings[path]))
	}
	return args
}

// escape keeps helm from reading a value as several: see "The Format and Limitations of --set" in its documentation.
func escape(value string) string {
	return strings.NewReplacer(`\`, `\\`, ",", `\,`).Replace(value)
}
