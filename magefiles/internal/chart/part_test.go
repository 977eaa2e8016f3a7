package chart

import (
	"os"
	"path/filepath"
	"testing"
)

func TestTheChartOfATemplate(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"Chart.yaml": head + "course\n", "charts/basehub/Chart.yaml": "name: basehub\nversion: 0.2.0\n",
		"charts/basehub/charts/jupyterhub-0.8.2.tgz": packedChart(t, "jupyterhub", "0.8.2"), "charts/jupyterhub-more-1.0.0.tgz": packedChart(t, "jupyterhub-more", "1.0.0"),
		"whole-3.0.0.tgz": packedChart(t, "whole", "3.0.0"),
	} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		at, template, name, version string
		own                         bool
	}{
		{dir, "course/templates/a.yaml", "course", "0.1.0", true},
		{dir, "course/charts/basehub/templates/a.yaml", "basehub", "0.2.0", false},
		{dir, "course/charts/basehub/charts/jupyterhub/templates/hub/a.yaml", "jupyterhub", "0.8.2", false},
		{dir, "course/charts/jupyterhub/templates/a.yaml", "jupyterhub", "", false},
		{dir, "course/charts/../../x/templates/a.yaml", "..", "", false},
		{filepath.Join(dir, "whole-3.0.0.tgz"), "whole/templates/a.yaml", "whole", "3.0.0", true},
		{dir, "", "", "0.1.0", true},
	} {
		if name, version, own := PartAt(test.at, test.template); name != test.name || version != test.version || own != test.own {
			t.Errorf("%s: got %s %s %v", test.template, name, version, own)
		}
	}
}
