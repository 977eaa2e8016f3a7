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

func TestWhichClusterAHubIsOn(t *testing.T) {
	root := tree(t, "Chart.yaml", chartA, "values.yaml", "", "clusters/west/a.yaml", "", "clusters/east/a.yaml", "")
	files := gittest.In(t, root).Snapshot()
	const hubs, flat = "clusters/{cluster}/{hub}.yaml", "clusters/west/{hub}.yaml"
	for name, test := range map[string]struct {
		hubs     string
		clusters string
		parts    layout.Parts
		want     string // the releases of all hubs, or an error
	}{
		"one cluster alone":          {hubs, "", layout.Parts{}, "east-a west-a"},
		"by the path":                {hubs, "west east", layout.Parts{}, "east-a on cluster east west-a on cluster west"},
		"releases of one name":       {hubs, "west east", layout.Parts{Release: "{hub}", Namespace: "{hub}"}, "a on cluster east a on cluster west"},
		"of one name, on one":        {hubs, "", layout.Parts{Release: "{hub}", Namespace: "{hub}"}, "hubs east-a and west-a are both release a; tell them apart"},
		"by the settings":            {flat, "lab", layout.Parts{Cluster: "lab", Namespace: "{cluster}"}, "a in namespace lab on cluster lab"},
		"one that is not named":      {hubs, "west eats", layout.Parts{}, "hubops.yaml:1: clusters: hub east-a (clusters/east/a.yaml) is on east, which is not named there; is eats meant?"},
		"one without a hub":          {hubs, "west east lab", layout.Parts{}, "hubops.yaml:3: clusters: no hub is on lab"},
		"by both":                    {hubs, "west east lab", layout.Parts{Cluster: "west"}, "hubops.yaml: layout.cluster: hub east-a is on west by that, and on east by its path, clusters/east/a.yaml; leave layout.cluster out, or move the file"},
		"on none":                    {flat, "west", layout.Parts{}, "hubops.yaml:1: clusters: hub a (clusters/west/a.yaml) is on none of west; say on which: hubs: {a: {layout: {cluster: west}}}"},
		"on one, and there are none": {flat, "", layout.Parts{Cluster: "lab"}, "hubops.yaml: layout.cluster: hub a (clusters/west/a.yaml) is on lab, and there are no clusters"},
	} {
		t.Run(name, func(t *testing.T) {
			parts := test.parts
			parts.Chart.Dir = "."
			own := Layout{Settings: layout.Settings{Hubs: test.hubs, Parts: parts}, Of: func(string) layout.Parts { return parts }}
			for i, cluster := range strings.Fields(test.clusters) {
				own.Clusters = append(own.Clusters, Cluster{cluster, i + 1})
			}
			var got []string
			d, err := Open(root, files, chart.New(files, nil, secretdir.Places{}), own)
			if err == nil {
				for _, name := range d.Names() {
					at, err := d.Address(name)
					if err != nil {
						t.Fatal(err)
					}
					got = append(got, at.Named())
				}
			} else if got = append(got, err.Error()); exit.Code(err) != exit.BadInput {
				t.Errorf("exit code %d", exit.Code(err))
			}
			if text := strings.Join(got, " "); text != test.want && (err == nil || !strings.HasPrefix(text, test.want)) {
				t.Errorf("got  %q\nwant %q", text, test.want)
			}
		})
	}
}
