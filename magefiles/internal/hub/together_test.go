package hub

import (
	"fmt"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/layout"
)

// shared is a layout in which hubs share their chart.
func shared() layout.Settings {
	return layout.Settings{Hubs: "c/{hub}.yaml", Parts: layout.Parts{Chart: layout.Chart{Dir: "hub"}, Values: []string{"common.yaml", "c/{hub}.yaml"}}}
}

// What is wrong with a file that many hubs have is said once, and of a thousand hubs the first say enough.
func TestWhatIsWrongForManyHubsIsSaidOnce(t *testing.T) {
	files := []string{"hub/Chart.yaml", chartA, "common.yaml", "{}\n"}
	for i := range 30 {
		files = append(files, fmt.Sprintf("c/h%02d.yaml", i), "{}\n")
	}
	with := func(more ...string) string { return tree(t, append(append([]string(nil), files...), more...)...) }
	elsewhere, upper := shared(), shared()
	elsewhere.Chart.Dir, upper.Release = "hubb", "Old-{hub}"
	for name, test := range map[string]struct {
		root     string
		settings layout.Settings
		want     string
		lines    int
	}{
		"a chart that is not there": {with(), elsewhere, "hubb: no such chart: it has no Chart.yaml, and hubops.yaml, layout.chart, names it; write one, or name the directory of another", 1},
		"a directory without chart": {with("hubb/values.yaml", ""), elsewhere, "hubb: no such chart", 1},
		"common values, no YAML":    {with("common.yaml", "a: [\n"), shared(), "common.yaml:1: did not find", 1},
		"a list":                    {with("common.yaml", "- a\n"), shared(), "common.yaml:1: expected Helm values: keys and values", 1},
		"a text":                    {with("common.yaml", "-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n"), shared(), "common.yaml:1: expected Helm values", 1},
		"the chart's, a list":       {with("hub/values.yaml", "\n- a\n"), shared(), "hub/values.yaml:2: expected Helm values", 1},
		"names of releases":         {with(), upper, "hubops.yaml: layout.release: hub h00 would be release", 21},
		"nothing":                   {with("common.yaml", "# none\n", "hub/values.yaml", "~\n"), shared(), "", 1},
	} {
		d, err := openWith(t, test.root, test.settings, nil)
		if err == nil {
			_, err = d.All(t.Context())
		}
		text := ""
		if err != nil {
			text = err.Error()
		}
		if lines := strings.Split(text, "\n"); !strings.HasPrefix(text, test.want) || text != "" && test.want == "" || len(lines) != test.lines {
			t.Errorf("%s: got %s", name, text)
		} else if test.lines > 1 && lines[20] != "and 10 more that are wrong" {
			t.Errorf("%s: the last line is %s", name, lines[20])
		}
	}
}

func TestIgnoredFilesOfValues(t *testing.T) {
	root := tree(t, "hub/Chart.yaml", chartA, "c/a.yaml", "{}\n", "common.yaml", "{}\n", ".gitignore", "common.yaml\n")
	d, err := openWith(t, root, shared(), nil)
	if err == nil {
		_, err = d.All(t.Context())
	}
	if err == nil || !strings.HasPrefix(err.Error(), "common.yaml: ignored by Git: values are what Git holds; take it out of .gitignore") {
		t.Errorf("got %v", err)
	}
}
