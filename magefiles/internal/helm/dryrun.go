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

// DryRun renders what the upgrade would send to the cluster, with what is looked up there, validated against the
// chart's schema; it changes nothing.
func (c *Client) DryRun(ctx context.Context, u Upgrade) (rendered Rendered, err error) {
	out, err := c.output(ctx, c.dryRunArguments(u)...)
	if err != nil {
		return rendered, exit.With(exit.Helm, fmt.Errorf("rendering hub %s: %w", u.Hub, c.refusal(u.Hub, err)))
	}
	if err := json.Unmarshal(out, &rendered); err != nil {
		return rendered, fmt.Errorf("rendering hub %s: %w", u.Hub, err)
	}
	return rendered, nil
}

// Undefined reports whether a rendering failed because the API server does not know the kind of an object.
func Undefined(err error) bool { return strings.Contains(process.Output(err), "no matches for kind") }

// inCRDs matches what helm names as the source of a definition that a chart has in crds: helm installs those before anything else.
var inCRDs = regexp.MustCompile(`^[^/]+(/charts/[^/]+)*/crds/`)

// hookAnnotation marks what is no part of the manifest.
const hookAnnotation = "helm.sh/hook"

// Template renders the upgrade without the cluster, as far as that goes: nothing is looked up there. crds are the definitions that
// helm would install first.
func (c *Client) Template(ctx context.Context, u Upgrade, kubeVersion string, apis []string) (rendered Rendered, crds []manifest.Object, err error) {
	out, err := c.output(ctx, templateArguments(u, kubeVersion, apis)...)
	if err != nil {
		return rendered, nil, exit.With(exit.Helm, fmt.Errorf("rendering hub %s: %w", u.Hub, c.refusal(u.Hub, err)))
	}
	objects, err := manifest.Parse(string(out), u.Hub)
	if err != nil {
		return rendered, nil, exit.With(exit.Helm, fmt.Errorf("rendering hub %s: %w", u.Hub, err))
	}
	var text strings.Builder
	for _, object := range objects {
		events := object.Annotation(hookAnnotation)
		switch {
		case inCRDs.MatchString(object.Source):
			crds = append(crds, object)
		case events != "":
			rendered.Hooks = append(rendered.Hooks, manifest.Hook{
				Name: object.Name, Kind: object.Kind, Path: object.Source, Manifest: object.YAML,
				Events: words(events), DeletePolicies: words(object.Annotation("helm.sh/hook-delete-policy")),
			})
		default:
			fmt.Fprintf(&text, "---\n# Source: %s\n%s\n", object.Source, object.YAML)
		}
	}
	rendered.Manifest = text.String()
	return rendered, crds, nil
}

// words are the words of a list that is divided by commas.
func words(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}
