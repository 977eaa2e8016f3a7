package hub

import (
	"strings"
	"testing"

	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git/gittest"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/secretdir"
)

func TestHubsWithReleasesOfOtherNames(t *testing.T) {
	root := tree(t, "hub-charts/a/Chart.yaml", chartA, "hub-charts/a/values.yaml", "", "hub-charts/b/Chart.yaml", chartA, "hub-charts/b/values.yaml", "")
	files := gittest.In(t, root).Snapshot()
	for name, test := range map[string]struct {
		all, a layout.Parts // release and namespace of all hubs, and of a
		want   string       // a's release, or an error
	}{
		"none set":                   {want: "a"},
		"one namespace for both":     {all: layout.Parts{Namespace: "jhub"}, want: "a in namespace jhub"},
		"for one of them":            {a: layout.Parts{Release: "old", Namespace: "old-space"}, want: "old in namespace old-space"},
		"the same for both":          {all: layout.Parts{Release: "hub", Namespace: "jhub"}, want: "hubs a and b are both release hub in namespace jhub; tell them apart"},
		"that of the other":          {a: layout.Parts{Release: "b", Namespace: "b"}, want: "hubs a and b are both release b; tell them apart"},
		"no name of a release":       {all: layout.Parts{Release: "Hub-{hub}"}, want: `hubops.yaml: layout.release: hub a would be release "Hub-a"`},
		"too long for a release":     {all: layout.Parts{Release: "{hub}-" + strings.Repeat("x", 60)}, want: "a release has at most 53"},
		"no name of a namespace":     {all: layout.Parts{Namespace: "{hub}_x"}, want: `hubops.yaml: layout.namespace: hub a would be in namespace "a_x"`},
		"a namespace of the cluster": {a: layout.Parts{Namespace: "kube-system"}, want: "hub a would be in namespace kube-system: kube-* belongs to Kubernetes"},
		"without an environment":     {all: layout.Parts{Release: "{hub}-{env}"}, want: "hub a has no environment"},
	} {
		t.Run(name, func(t *testing.T) {
			of := func(hub string) layout.Parts {
				parts := layout.Default().Parts
				parts.Release, parts.Namespace = test.all.Release, test.all.Namespace
				if hub == "a" && test.a.Release+test.a.Namespace != "" {
					parts.Release, parts.Namespace = test.a.Release, test.a.Namespace
				}
				return parts
			}
			got := ""
			d, err := Open(root, files, chart.New(files, nil, secretdir.Places{}), Layout{Settings: layout.Default(), Of: of})
			if err == nil {
				var h Hub
				h, err = d.Load(t.Context(), "a")
				got = h.At.Named()
			}
			if err != nil {
				got = err.Error()
				if exit.Code(err) != exit.BadInput {
					t.Errorf("exit code %d", exit.Code(err))
				}
			}
			if got != test.want && (err == nil || !strings.Contains(got, test.want)) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
