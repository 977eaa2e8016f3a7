package helm

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube/manifest"
	"hub-ops/magefiles/internal/process"
)

// Rendered is what an upgrade would send to the cluster.
type Rendered struct {
	Manifest string          `json:"manifest"`
	Hooks    []manifest.Hook `json:"hooks"`
}

// Empty reports whether that is nothing at all.
func (r Rendered) Empty() bool { return !strings.Contains(r.Manifest, "kind:") && len(r.Hooks) == 0 }

// Objects returns what the upgrade would make, hooks among it.
func (r Rendered) Objects(namespace string) ([]manifest.Object, error) {
	return manifest.Release(r.Manifest, r.Hooks, namespace)
}

// DryRun renders what the upgrade would send to the cluster, with what is looked up there, validated against the
// chart's schema; it changes nothing.
func (c *Client) DryRun(ctx context.Context, u Upgrade) (rendered Rendered, err error) {
	out, err := c.output(ctx, c.dryRunArguments(u)...)
	if err != nil {
		return rendered, exit.With(exit.Helm, fmt.Errorf("rendering hub %s: %w", u.At.Hub, c.refusal(u.At, err)))
	}
	if err := json.Unmarshal(out, &rendered); err != nil {
		return rendered, fmt.Errorf("rendering hub %s: %w", u.At.Hub, err)
	}
	return rendered, nil
}

// Undefined reports whether a rendering failed because the API server does not know the kind of an object.
func Undefined(err error) bool { return strings.Contains(process.Output(err), "no matches for kind") }

// inCRDs matches what helm names as the source of a definition that a chart has in crds: helm installs those before anything else. A file
// there can name another source.
var inCRDs = regexp.MustCompile(`^[^/]+(/charts/[^/]+)*/crds/`)

// Template renders the upgrade without the cluster, as far as that goes: nothing is looked up there. crds are the definitions that
// helm would install first.
func (c *Client) Template(ctx context.Context, u Upgrade, kubeVersion string, apis []string) (rendered Rendered, crds []manifest.Object, err error) {
	out, err := c.output(ctx, templateArguments(u, kubeVersion, apis)...)
	if err != nil {
		return rendered, nil, exit.With(exit.Helm, fmt.Errorf("rendering hub %s: %w", u.At.Hub, c.refusal(u.At, err)))
	}
	first, err := c.output(ctx, "show", "crds", u.Chart)
	if err != nil {
		return rendered, nil, exit.With(exit.Helm, fmt.Errorf("rendering hub %s: %w", u.At.Hub, c.refusal(u.At, err)))
	}
	rendered, definitions, err := divide(string(out), string(first))
	if err != nil {
		return rendered, nil, exit.With(exit.Helm, fmt.Errorf("rendering hub %s: %w", u.At.Hub, err))
	}
	if crds, err = manifest.Parse(definitions, u.At.Namespace); err != nil {
		return rendered, nil, exit.With(exit.Helm, fmt.Errorf("rendering hub %s: %w", u.At.Hub, err))
	}
	return rendered, crds, nil
}

// divide tells what lies in crds from what templates render. first is all that lies there, of parts too that are switched off.
func divide(out, first string) (rendered Rendered, crds string, err error) {
	var text, definitions strings.Builder
	for _, document := range manifest.Split(out) {
		hook, err := document.Hook()
		if err != nil {
			return rendered, "", err
		}
		switch {
		case inCRDs.MatchString(document.Source), strings.Contains(first, strings.TrimSpace(document.Text)): // whatever is there: helm makes it all
			definitions.WriteString(document.String())
		case hook.Runs():
			rendered.Hooks = append(rendered.Hooks, hook)
		default:
			text.WriteString(document.String())
		}
	}
	rendered.Manifest = text.String()
	return rendered, definitions.String(), nil
}
