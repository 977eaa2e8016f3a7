package adopt

import (
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/layout"
)

// Whatever lies in a repository, what comes out is YAML, and its patterns are those that hubops.yaml can hold.
func FuzzRecognise(f *testing.F) {
	for _, seed := range []string{
		"main\nhub-charts/a/Chart.yaml: " + needsHub, "staging prod\nhub/Chart.yaml: " + needsHub + "\nd/a/hubploy.yaml\nd/a/config/prod.yaml\nd/a/secrets/prod.yaml",
		"main\nc/x/cluster.yaml: hubs: [{name: a, helm_chart: b, helm_chart_values_files: [a.values.yaml]}]\nc/x/a.values.yaml",
		"main\nChart.yaml: " + needsHub + "\nvalues-a.yaml: jupyterhub: {}\nsecrets-a.yaml", "y \nx*/{hub}/Chart.yaml: " + needsHub + "\nx*/b/Chart.yaml: " + needsHub,
		"main\n/a/hubploy.yaml\n../b/hubploy.yaml\n\xf8/0/hubploy.yaml\ndeploy.sh: helm upgrade jupyterhub/jupyterhub --version 1.2.3 hubs\nhubs/on.yaml: hub: {}",
		"\x7f\nhub/Chart.yaml: " + needsHub + "\nd/a/hubploy.yaml\nd/a/config/prod.yaml\nd/a/secrets/prod.yaml",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if first, _, _ := strings.Cut(strings.TrimSpace(text), "\n"); strings.TrimSpace(first) == "" {
			return
		}
		found, err := Recognise(repository(text))
		if err != nil {
			return
		}
		var settings map[string]any
		if err := yaml.Unmarshal([]byte(found.Settings()), &settings); err != nil {
			t.Fatalf("%v in\n%s", err, found.Settings())
		}
		if written, _ := value(settings, "layout", "hubs").(string); written != "" && written != found.Layout.Hubs {
			t.Errorf("layout.hubs is %q, and %q was written", found.Layout.Hubs, written)
		}
		if err := layout.CheckHubs(found.Layout.Hubs); err != nil {
			t.Errorf("layout.hubs: %v", err)
		}
		for _, pattern := range append(append([]string{found.Layout.Chart.Dir, found.Layout.Image}, found.Layout.Values...), found.Layout.Secrets...) {
			if err := layout.Check(pattern); pattern != "" && err != nil {
				t.Errorf("%v", err)
			}
		}
		found.Step(Project{Source: "https://example.org/x", Commit: "c"})
	})
}
