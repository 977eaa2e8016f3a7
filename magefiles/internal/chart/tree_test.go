package chart

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git/gittest"
)

// packedChart is an archive as helm package makes it.
func packedChart(t *testing.T, name, version string) string {
	t.Helper()
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	archive := tar.NewWriter(zip)
	content := "apiVersion: v2\nname: " + name + "\nversion: " + version + "\n"
	if err := archive.WriteHeader(&tar.Header{Name: name + "/Chart.yaml", Mode: 0o644, Size: int64(len(content))}); err != nil {
		t.Fatal(err)
	}
	if _, err := archive.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// What of a chart is vendored, fetched or packed, or refused because helm would leave it out or take either of two.
func TestNeeds(t *testing.T) {
	const hub, remote = "hub-charts/a/", "{name: j, version: 1.0.0, repository: 'https://x'}"
	depends := func(list ...string) string { return head + "a\ndependencies: [" + strings.Join(list, ", ") + "]\n" }
	for name, test := range map[string]struct {
		committed, later []string
		want             string // what is needed, or the error
	}{
		"remote":                         {[]string{hub + "Chart.yaml", depends(remote)}, nil, "j 1.0.0"},
		"another of a longer name":       {[]string{hub + "Chart.yaml", depends(remote), hub + "charts/j-x-1.0.0.tgz", packedChart(t, "j-x", "1.0.0")}, nil, "j 1.0.0"},
		"vendored archive":               {[]string{hub + "Chart.yaml", depends(remote), hub + "charts/j-1.0.0.tgz", packedChart(t, "j", "1.0.0")}, nil, ""},
		"vendored directory":             {[]string{hub + "Chart.yaml", depends(remote), hub + "charts/j/Chart.yaml", "apiVersion: v1\nname: j\nversion: 1.0.0\n"}, nil, ""},
		"vendored, its own dependency":   {[]string{hub + "Chart.yaml", depends(remote), hub + "charts/j/Chart.yaml", "apiVersion: v2\nname: j\nversion: 1.0.0\ndependencies: [{name: k, version: 2.0.0, repository: 'https://y'}]\n"}, nil, "charts/j: k 2.0.0"},
		"left by helm dependency update": {[]string{hub + "Chart.yaml", depends(remote)}, []string{hub + "charts/j-1.0.0.tgz", packedChart(t, "j", "1.0.0")}, "j 1.0.0"},
		"vendored in an older version":   {[]string{hub + "Chart.yaml", depends(remote), hub + "charts/j-0.9.0.tgz", packedChart(t, "j", "0.9.0")}, nil, "hub-charts/a/charts/j-0.9.0.tgz has version 0.9.0, and hub-charts/a/Chart.yaml wants 1.0.0; run 'helm dependency update hub-charts/a' and commit what it writes"},
		"vendored twice":                 {[]string{hub + "Chart.yaml", depends(remote), hub + "charts/j-1.0.0.tgz", packedChart(t, "j", "1.0.0"), hub + "charts/j/Chart.yaml", "apiVersion: v1\nname: j\nversion: 1.0.0\n"}, nil, "both hub-charts/a/charts/j-1.0.0.tgz and hub-charts/a/charts/j/Chart.yaml fit: helm takes either"},
		"another than the lock file's":   {[]string{hub + "Chart.yaml", depends(strings.ReplaceAll(remote, "1.0.0", "^1.0.0")), hub + "Chart.lock", "dependencies: [{name: j, version: 1.2.0, repository: 'https://x'}]\n", hub + "charts/j-1.0.0.tgz", packedChart(t, "j", "1.0.0")}, nil, "charts/j-1.0.0.tgz has version 1.0.0, and hub-charts/a/Chart.yaml wants 1.2.0"},
		"lock file":                      {[]string{hub + "Chart.yaml", depends(strings.ReplaceAll(remote, "1.0.0", "^1.0.0")), hub + "Chart.lock", "dependencies: [{name: j, version: 1.2.0, repository: 'https://x'}]\n"}, nil, "j 1.2.0"},
		"a lock file that is ignored":    {[]string{".gitignore", "Chart.lock\n", hub + "Chart.yaml", depends(strings.ReplaceAll(remote, "1.0.0", "^1.0.0"))}, []string{hub + "Chart.lock", "dependencies: [{name: j, version: 1.2.0, repository: 'https://x'}]\n"}, "j ^1.0.0"},
		"two versions":                   {[]string{hub + "Chart.yaml", depends(remote, "{name: j, version: 2.0.0, alias: k, repository: 'https://x'}")}, nil, "j 1.0.0, j 2.0.0"},
		"one of two versions vendored":   {[]string{hub + "Chart.yaml", depends(remote, "{name: j, version: 2.0.0, alias: k, repository: 'https://x'}"), hub + "charts/j-1.0.0.tgz", packedChart(t, "j", "1.0.0")}, nil, "j 2.0.0"},
		"two repositories":               {[]string{hub + "Chart.yaml", depends(remote, "{name: j, version: 1.0.0, alias: k, repository: 'https://y'}")}, nil, `dependency j 1.0.0 comes from "https://x" and from "https://y": helm keeps one of them`},
		"a repository and a directory":   {[]string{hub + "Chart.yaml", depends(remote, "{name: j, version: '>=0', alias: k, repository: 'file://../../j'}"), "j/Chart.yaml", "apiVersion: v2\nname: j\nversion: 1.0.0\n"}, nil, `dependency j 1.0.0 comes from "https://x" and from "file://../../j"`},
		"no repository":                  {[]string{hub + "Chart.yaml", depends("{name: j, version: 1.0.0}")}, nil, "dependency j has no repository, and Git holds no such chart in hub-charts/a/charts"},
		"no repository, in charts":       {[]string{hub + "Chart.yaml", depends("{name: j, version: 1.0.0}"), hub + "charts/j/Chart.yaml", "apiVersion: v1\nname: j\nversion: 1.0.0\n"}, nil, ""},
		"no repository, ignored":         {[]string{".gitignore", "charts/\n", hub + "Chart.yaml", depends("{name: j, version: 1.0.0}")}, []string{hub + "charts/j/Chart.yaml", "apiVersion: v1\nname: j\nversion: 1.0.0\n"}, "add it there, with 'git add --force' if .gitignore has that directory"},
		"requirements":                   {[]string{hub + "Chart.yaml", strings.Replace(head, "v2", "v1", 1) + "a\n", hub + "requirements.yaml", "dependencies: [" + remote + "]\n"}, nil, "j 1.0.0"},
		"requirements beside v2":         {[]string{hub + "Chart.yaml", head + "a\n", hub + "requirements.yaml", "dependencies: [" + remote + "]\n"}, nil, "j 1.0.0"},
		"both":                           {[]string{hub + "Chart.yaml", depends(remote), hub + "requirements.yaml", "dependencies: [" + remote + "]\n"}, nil, "hub-charts/a/Chart.yaml and hub-charts/a/requirements.yaml both list dependencies"},
		"local":                          {[]string{hub + "Chart.yaml", depends("{name: c, version: 0.1.0, repository: 'file://../../c'}"), "c/Chart.yaml", head + "c\ndependencies: [" + remote + "]\n"}, nil, "c (j 1.0.0)"},
		"what was left in a local one":   {[]string{hub + "Chart.yaml", depends("{name: c, version: 0.1.0, repository: 'file://../../c'}"), "c/Chart.yaml", head + "c\ndependencies: [" + remote + "]\n"}, []string{"c/charts/j-1.0.0.tgz", packedChart(t, "j", "1.0.0")}, "c (j 1.0.0)"},
		"an archive of a local one":      {[]string{hub + "Chart.yaml", depends("{name: c, version: 0.1.0, repository: 'file://../../c'}"), "c/Chart.yaml", head + "c\n", hub + "charts/c-0.1.0.tgz", packedChart(t, "c", "0.1.0")}, nil, "c ()"},
		"a directory of a local one":     {[]string{hub + "Chart.yaml", depends("{name: c, version: 0.1.0, repository: 'file://../../c'}"), "c/Chart.yaml", head + "c\n", hub + "charts/c/Chart.yaml", head + "c\n"}, nil, "both hub-charts/a/charts/c/Chart.yaml and c fit"},
		"local in charts":                {[]string{hub + "Chart.yaml", depends("{name: c, version: 0.1.0, repository: 'file://charts/c'}"), hub + "charts/c/Chart.yaml", head + "c\n"}, nil, ""},
		"local of another name":          {[]string{hub + "Chart.yaml", depends("{name: c, version: 0.1.0, repository: 'file://../../d'}"), "d/Chart.yaml", head + "d\n"}, nil, "hub-charts/a/Chart.yaml: dependency c: the chart in d has the name d"},
		"local in another version":       {[]string{hub + "Chart.yaml", depends("{name: c, version: 0.2.0, repository: 'file://../../c'}"), "c/Chart.yaml", head + "c\n"}, nil, `the chart in c has version 0.1.0, and "0.2.0" is wanted`},
		"local that is not there":        {[]string{hub + "Chart.yaml", depends("{name: c, version: 0.1.0, repository: 'file://../../c'}")}, nil, "no chart: Git holds no Chart.yaml there"},
	} {
		r := gittest.New(t, test.committed...)
		r.Write(test.later...)
		tree, err := charts(r).Tree(t.Context(), "hub-charts/a")
		if err != nil {
			if exit.Code(err) != exit.BadInput || test.want == "" || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%s: got %v, want %q", name, err, test.want)
			}
			continue
		}
		if got := needs(tree); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

// needs says what a tree needs: "charts/x: a 1.0.0, b (what that needs)".
func needs(t *Tree) string {
	var all []string
	for _, part := range t.Parts {
		for _, need := range part.Needs {
			text := need.Name + " " + need.Version
			if need.Local != nil {
				text = need.Name + " (" + needs(need.Local) + ")"
			}
			if part.Place != "" {
				text = part.Place + ": " + text
			}
			all = append(all, text)
		}
	}
	return strings.Join(all, ", ")
}
