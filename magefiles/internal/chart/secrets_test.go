package chart

import (
	"strings"
	"testing"

	"hub-ops/magefiles/internal/git/gittest"
	"hub-ops/magefiles/internal/secretdir"
)

// What layout.secrets names is kept out of charts like what lies in the directory of secrets: a copy is refused, a link to it too, and a
// file that lies in the chart itself is no part of it.
func TestSecretsOfALayoutStayOutOfCharts(t *testing.T) {
	const values = "token: a-secret-of-this-hub\n"
	places := secretdir.Fitting([]string{"hubs/{hub}/secret.yaml?", "config/{hub}.secret.yaml"})
	for name, test := range map[string]struct {
		file, content string // in the chart
		link          string
		want          string
	}{
		"nothing":             {"templates/a.yaml", "a: b\n", "", "Chart.yaml templates/a.yaml"},
		"its own":             {"secret.yaml", values, "", "Chart.yaml"},
		"a copy":              {"files/x", values, "", "hubs/a/files/x: contains the same as config/b.secret.yaml"},
		"a link":              {"x", "", "../../config/b.secret.yaml", "config/b.secret.yaml lies in no chart"},
		"a link to a chart's": {"x", "", "../c/secret.yaml", "hubs/c/secret.yaml lies in no chart"},
	} {
		t.Run(name, func(t *testing.T) {
			r := gittest.New(t, "hubs/a/Chart.yaml", head+"a\n", "hubs/c/Chart.yaml", head+"c\n", "hubs/c/secret.yaml", values, "config/b.secret.yaml", values)
			if test.link != "" {
				r.Link("hubs/a/"+test.file, test.link)
			} else {
				r.Write("hubs/a/"+test.file, test.content)
			}
			r.Commit()
			got, err := namesOf(t, New(r.Snapshot(), unlock, places))
			if err != nil {
				got = err.Error()
			}
			if (err == nil) != strings.HasPrefix(test.want, "Chart.yaml") || !strings.Contains(got, test.want) || err == nil && got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// namesOf lists the files of a chart that a deploy takes.
func namesOf(t *testing.T, c *Charts) (string, error) {
	t.Helper()
	tree, err := c.Tree(t.Context(), "hubs/a")
	if err != nil {
		return "", err
	}
	_, err = c.Digest(t.Context(), tree)
	return strings.Join(tree.files.names(), " "), err
}
