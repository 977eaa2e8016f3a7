package hub

import (
	"strings"
	"testing"

	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/git/gittest"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/secretdir"
)

// Git holds of a link where it leads to, which says nothing about what is deployed: a file of values or of secret values is none, and
// lies behind none.
func TestFilesOfValuesAreNoLinks(t *testing.T) {
	const own = "; write a file, encrypted, in its place, or name the one that it leads to in hubops.yaml, layout.secrets"
	for name, test := range map[string]struct{ link, target, want string }{
		"no link":               {"other", "config", ""},
		"secret values":         {"private/a.yaml", "../config/a.yaml", "private/a.yaml: a link: each hub has secret values of its own" + own},
		"leading out":           {"private/a.yaml", "/etc/hostname", "private/a.yaml: a link: each hub has secret values of its own" + own},
		"leading nowhere":       {"private/a.yaml", "nothing", "private/a.yaml: a link: each hub has secret values of its own" + own},
		"a directory of them":   {"private", "config", "private/a.yaml: private: a link: each hub has secret values of its own" + own},
		"values":                {"config/a.yaml", "b.yaml", "config/a.yaml is a link: values are read from files; copy the file, or name the one that it leads to in hubops.yaml, layout.values"},
		"a directory of values": {"config", "private", "config/a.yaml: config is a link: values are read from files"},
	} {
		t.Run(name, func(t *testing.T) {
			r := gittest.New(t, "hub-charts/a/Chart.yaml", "apiVersion: v2\nname: a\nversion: 0.1.0\n")
			for _, file := range []string{"config/a.yaml", "config/b.yaml", "private/a.yaml"} {
				if file != test.link && !strings.HasPrefix(file, test.link+"/") {
					r.Write(file, "a: b\n")
				}
			}
			r.Link(test.link, test.target)
			r.Commit()
			parts := layout.Default().Parts
			parts.Values, parts.Secrets = []string{"config/{hub}.yaml"}, []string{"private/{hub}.yaml"}
			files := r.Snapshot()
			all, err := Open(r.Dir, files, chart.New(files, nil, secretdir.Places{}), Layout{Settings: layout.Settings{Hubs: "hub-charts/{hub}", Parts: parts}, Of: func(string) layout.Parts { return parts }})
			if err == nil {
				_, err = all.Load(t.Context(), "a")
			}
			if (err == nil) != (test.want == "") || err != nil && !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}
