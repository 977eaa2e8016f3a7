package chart

import (
	"os"
	"path/filepath"
	"testing"
)

func TestWhereAChartMayHaveCRDs(t *testing.T) {
	deep := packed(t, map[string]string{"Chart.yaml": "name: deep\n", "crds/a.yaml": "kind: A\n"})
	for name, test := range map[string]struct {
		files map[string]string
		want  bool
	}{
		"without":                {map[string]string{"Chart.yaml": "name: a\n", "templates/crds.yaml": "kind: A\n", "charts/j.tgz": string(packed(t, map[string]string{"Chart.yaml": "name: j\n"}))}, false},
		"its own":                {map[string]string{"crds/a.yaml": "kind: A\n"}, true},
		"of a subchart":          {map[string]string{"charts/j/crds/a.yaml": "kind: A\n"}, true},
		"of a packed one":        {map[string]string{"charts/j.tgz": string(deep)}, true},
		"packed in a packed one": {map[string]string{"charts/j.tgz": string(packed(t, map[string]string{"charts/deep.tgz": string(deep)}))}, true},
		"that cannot be read":    {map[string]string{"charts/j.tgz": "no archive"}, true},
	} {
		dir := t.TempDir()
		for file, content := range test.files {
			file = filepath.Join(dir, filepath.FromSlash(file))
			if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if got := MayHaveCRDs(dir); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
	if !MayHaveCRDs(filepath.Join(t.TempDir(), "none")) {
		t.Error("a chart that is not there has none")
	}
}
