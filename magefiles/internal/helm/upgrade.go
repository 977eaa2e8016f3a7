package helm

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/run"
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
	Options
}

// Upgrade runs helm upgrade --install, and fails as helm fails.
func (c *Client) Upgrade(ctx context.Context, u Upgrade) error {
	if err := c.run(ctx, u.Hub, nil, c.upgradeArguments(u)...); err != nil {
		if text := refusal(run.Output(err), run.Quote("kubectl", "--context", c.Context)); text != "" {
			err = &failure{text: text, err: err}
		}
		return exit.With(exit.Helm, fmt.Errorf("deploying hub %s: %w%s", u.Hub, reason(err), c.advice(u.Hub, run.Output(err))))
	}
	return nil
}

// upgradeArguments are the seed's, in its order, as this version of helm spells them.
func (c *Client) upgradeArguments(u Upgrade) []string {
	args := []string{"upgrade", "--install", "--namespace", u.Hub, "--create-namespace", u.Hub, u.Chart}
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
	args = append(args, "--timeout", fmt.Sprintf("%ds", int(u.Timeout.Seconds())))
	if u.CleanupOnFail {
		args = append(args, "--cleanup-on-fail")
	}
	for _, file := range u.Values {
		args = append(args, "-f", file)
	}
	for _, path := range slices.Sorted(maps.Keys(u.Strings)) {
		args = append(args, "--set-string", path+"="+escape(u.Strings[path]))
	}
	args = append(args, "--kube-context", c.Context)
	if len(u.Labels) > 0 {
		var labels []string
		for _, label := range slices.Sorted(maps.Keys(u.Labels)) {
			labels = append(labels, label+"="+u.Labels[label])
		}
		args = append(args, "--labels", strings.Join(labels, ","))
	}
	return args
}

// escape keeps helm from reading a value as several: see "The Format and Limitations of --set" in its documentation.
func escape(value string) string {
	return strings.NewReplacer(`\`, `\\`, ",", `\,`).Replace(value)
}

// advice adds what to do to a refusal that says only what is wrong.
func (c *Client) advice(hub, output string) string {
	if strings.Contains(output, "another operation (install/upgrade/rollback) is in progress") {
		return fmt.Sprintf("; an earlier run was killed or is still at work: if none is, '%s rollback --kube-context %s --namespace %s %s' "+
			"returns to the last revision (uninstall instead of rollback if there was none), then deploy again", c.Path, c.Context, hub, hub)
	}
	return ""
}
