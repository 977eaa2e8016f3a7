package chart

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git/gittest"
)

const head = "apiVersion: v2\nversion: 0.1.0\nname: "

// charts returns the charts that a repository holds now.
func charts(r *gittest.Repository) *Charts { return New(r.Snapshot(), unlock) }

// unlock knows one file's content.
func unlock(_ context.Context, name string, locked []byte) ([]byte, error) {
	if string(locked) == "\x00GITCRYPT\x00known" {
		return []byte("plain"), nil
	}
	return nil, exit.Input("%s: locked by git-crypt", name)
}

// copied returns what Copy writes of the chart of hub a, by name, and its digest.
func copied(t *testing.T, r *gittest.Repository) (files map[string]string, digest string) {
	t.Helper()
	c := charts(r)
	tree, err := c.Tree(t.Context(), "hub-charts/a")
	if err != nil {
		t.Fatal(err)
	}
	if digest, err = c.Digest(t.Context(), tree); err != nil {
		t.Fatal(err)
	}
	dest := t.TempDir()
	if err := c.Copy(t.Context(), tree, dest); err != nil {
		t.Fatal(err)
	}
	files = map[string]string{}
	err = fs.WalkDir(os.DirFS(dest), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(filepath.Join(dest, name))
		files[name] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files, digest
}

// Whatever the machine is set to and whatever lies beside it, the same commit is the same chart, and each change that Git can hold is
// another.
func TestChartIsWhatGitHolds(t *testing.T) {
	newRepository := func() *gittest.Repository {
		r := gittest.New(t,
			".gitignore", "*.bak\n/hub-charts/*/charts/\n",
			"hub-charts/a/Chart.yaml", head+"a\n",
			"hub-charts/a/templates/x.yaml", "x: y\nz: z\n",
			"shared/values.yaml", "a: b\n",
			"shared/files/one.txt", "one\n",
		)
		r.Link("hub-charts/a/values.yaml", "../../shared/values.yaml")
		r.Link("hub-charts/a/files", "../../shared/files")
		r.Commit()
		return r
	}
	want := map[string]string{"Chart.yaml": head + "a\n", "templates/x.yaml": "x: y\nz: z\n", "values.yaml": "a: b\n", "files/one.txt": "one\n"}
	_, digest := copied(t, newRepository())
	for name, test := range map[string]struct {
		change func(r *gittest.Repository)
		file   string // that differs, with its content; "": none does
		now    string
	}{
		"clean":                       {func(*gittest.Repository) {}, "", ""},
		"an ignored file":             {func(r *gittest.Repository) { r.Write("hub-charts/a/templates/y.yaml.bak", "x") }, "", ""},
		"an ignored chart":            {func(r *gittest.Repository) { r.Write("hub-charts/a/charts/b/Chart.yaml", head+"b\n") }, "", ""},
		"ignored on this machine":     {func(r *gittest.Repository) { r.Write(".git/info/exclude", "n.yaml\n", "hub-charts/a/n.yaml", "x") }, "", ""},
		"line ends of this machine":   {recheckOut("core.autocrlf"), "", ""},
		"a new file":                  {func(r *gittest.Repository) { r.Write("hub-charts/a/templates/n.yaml", "n") }, "templates/n.yaml", "n"},
		"a changed file":              {func(r *gittest.Repository) { r.Write("hub-charts/a/templates/x.yaml", "n") }, "templates/x.yaml", "n"},
		"a staged change":             {func(r *gittest.Repository) { r.Write("hub-charts/a/templates/x.yaml", "n"); r.Git("add", "-A") }, "templates/x.yaml", "n"},
		"a file that a link leads to": {func(r *gittest.Repository) { r.Write("shared/values.yaml", "n") }, "values.yaml", "n"},
		"a change that Git is not to see": {func(r *gittest.Repository) {
			r.Git("update-index", "--assume-unchanged", "hub-charts/a/templates/x.yaml")
			r.Write("hub-charts/a/templates/x.yaml", "n")
		}, "templates/x.yaml", "n"},
		"a change of a file that is to be skipped": {func(r *gittest.Repository) {
			r.Git("update-index", "--skip-worktree", "hub-charts/a/templates/x.yaml")
			r.Write("hub-charts/a/templates/x.yaml", "n")
		}, "templates/x.yaml", "n"},
		"a file that can be unlocked": {func(r *gittest.Repository) { r.Write("hub-charts/a/templates/x.yaml", "\x00GITCRYPT\x00known") }, "templates/x.yaml", "plain"},
		"an attribute":                {func(r *gittest.Repository) { r.Write(".gitattributes", "x.yaml text eol=crlf\n") }, "templates/x.yaml", "x: y\r\nz: z\r\n"},
		"a tracked file that is ignored": {func(r *gittest.Repository) {
			r.Write("hub-charts/a/charts/b/Chart.yaml", head+"b\n")
			r.Git("add", "--force", "hub-charts/a/charts")
		}, "charts/b/Chart.yaml", head + "b\n"},
	} {
		r := newRepository()
		test.change(r)
		got, now := copied(t, r)
		if (now != digest) != (test.file != "") {
			t.Errorf("%s: the digest was %s, is %s", name, digest, now)
		}
		expected := map[string]string{test.file: test.now}
		for file, content := range want {
			if file != test.file {
				expected[file] = content
			}
		}
		if test.file == "" {
			delete(expected, "")
		}
		for file := range union(expected, got) {
			if got[file] != expected[file] {
				t.Errorf("%s: %s is %q, want %q", name, file, got[file], expected[file])
			}
		}
	}
}

// recheckOut sets a key of Git to true, and writes all files anew.
func recheckOut(key string) func(*gittest.Repository) {
	return func(r *gittest.Repository) {
		r.Git("config", key, "true")
		r.Remove("hub-charts")
		r.Git("checkout", "--", ".")
	}
}

func union(a, b map[string]string) map[string]bool {
	all := map[string]bool{}
	for _, m := range []map[string]string{a, b} {
		for name := range m {
			all[name] = true
		}
	}
	return all
}

func TestDigestHoldsTheChartsThatItDependsOn(t *testing.T) {
	r := gittest.New(t,
		"hub-charts/a/Chart.yaml", head+"a\ndependencies: [{name: common, version: 0.1.0, repository: 'file://../../common'}]\n",
		"common/Chart.yaml", head+"common\ndependencies: [{name: base, version: '>=0', repository: 'file://../base'}]\n",
		"base/Chart.yaml", head+"base\n",
		"base/values.yaml", "a: b\n",
	)
	_, before := copied(t, r)
	r.Write("base/values.yaml", "a: c\n")
	if _, after := copied(t, r); after == before {
		t.Error("a change in base has changed nothing")
	}
}

func TestWhatIsNotCopied(t *testing.T) {
	depends := func(repository string) string {
		return head + "a\ndependencies: [{name: b, version: 0.1.0, repository: '" + repository + "'}]\n"
	}
	for name, test := range map[string]struct {
		files []string
		links []string // name, target
		want  string
	}{
		"an absolute path":     {[]string{"hub-charts/a/Chart.yaml", depends("file:///etc/charts")}, nil, "file:///etc/charts leads out of the repository; copy the chart into the repository"},
		"a path out":           {[]string{"hub-charts/a/Chart.yaml", depends("file://../../../b")}, nil, "file://../../../b leads out of the repository"},
		"an absolute link":     {[]string{"hub-charts/a/Chart.yaml", head + "a\n"}, []string{"hub-charts/a/values.yaml", "/etc/passwd"}, "hub-charts/a/values.yaml: a link to /etc/passwd: its path escapes the repository"},
		"a link out":           {[]string{"hub-charts/a/Chart.yaml", head + "a\n"}, []string{"hub-charts/a/x", "../../../x"}, "hub-charts/a/x: a link to ../../../x: its path escapes"},
		"a dangling link":      {[]string{"hub-charts/a/Chart.yaml", head + "a\n"}, []string{"hub-charts/a/templates/x.yaml", "../y.yaml"}, "hub-charts/a/templates/x.yaml: a link to ../y.yaml: Git holds no such file; add hub-charts/a/y.yaml, or remove the link"},
		"a link to an ignored": {[]string{"hub-charts/a/Chart.yaml", head + "a\n", ".gitignore", "y\n", "y", "x"}, []string{"hub-charts/a/x", "../../y"}, "hub-charts/a/x: a link to ../../y: Git holds no such file"},
		"a circle":             {[]string{"hub-charts/a/Chart.yaml", head + "a\n"}, []string{"hub-charts/a/x", "x"}, "hub-charts/a/x: a link that leads to itself"},
		"a circle of dirs":     {[]string{"hub-charts/a/Chart.yaml", head + "a\n"}, []string{"hub-charts/a/templates/up", ".."}, "hub-charts/a: a link in it leads to hub-charts/a again"},
		"a chart in a circle":  {[]string{"hub-charts/a/Chart.yaml", depends("file://../../b"), "b/Chart.yaml", strings.ReplaceAll(strings.ReplaceAll(depends("file://../hub-charts/a"), "name: b", "name: a"), "name: a\ndep", "name: b\ndep")}, nil, "chart hub-charts/a depends on itself: hub-charts/a -> b -> hub-charts/a"},
		"a locked file":        {[]string{"hub-charts/a/Chart.yaml", head + "a\n", "hub-charts/a/key", "\x00GITCRYPT\x00abc"}, nil, "hub-charts/a/key: locked by git-crypt"},
		"a pointer":            {[]string{"hub-charts/a/Chart.yaml", head + "a\n", "hub-charts/a/x", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n"}, nil, "hub-charts/a/x: a pointer of Git LFS"},
	} {
		r := gittest.New(t, test.files...)
		for i := 0; i < len(test.links); i += 2 {
			r.Link(test.links[i], test.links[i+1])
		}
		r.Commit()
		c := charts(r)
		tree, err := c.Tree(t.Context(), "hub-charts/a")
		if err == nil {
			_, err = c.Digest(t.Context(), tree)
			if same := c.Copy(t.Context(), tree, t.TempDir()); same == nil || same.Error() != err.Error() {
				t.Errorf("%s: the digest fails with %v, the copy with %v", name, err, same)
			}
		}
		if exit.Code(err) != exit.BadInput || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", name, err, test.want)
		}
	}
}
