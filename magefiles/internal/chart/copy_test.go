package chart

import (
	"cmp"
	"context"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git/gittest"
	"hub-ops/magefiles/internal/secretdir"
)

const head = "apiVersion: v2\nversion: 0.1.0\nname: "

// charts returns the charts that a repository holds now.
func charts(r *gittest.Repository) *Charts { return New(r.Snapshot(), unlock, secretdir.Places{}) }

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
			"shared/Chart.yaml", head+"shared\ntype: library\n",
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
	const hubChart = "hub-charts/a/Chart.yaml"
	depends := func(repository string) string {
		return head + "a\ndependencies: [{name: b, version: 0.1.0, repository: '" + repository + "'}]\n"
	}
	for name, test := range map[string]struct {
		files []string
		links []string // name, target
		want  string
	}{
		"an absolute path":                  {[]string{"hub-charts/a/Chart.yaml", depends("file:///etc/charts")}, nil, "file:///etc/charts leads out of the repository; copy the chart into the repository"},
		"a path out":                        {[]string{"hub-charts/a/Chart.yaml", depends("file://../../../b")}, nil, "file://../../../b leads out of the repository"},
		"an absolute link":                  {[]string{"hub-charts/a/Chart.yaml", head + "a\n"}, []string{"hub-charts/a/values.yaml", "/etc/passwd"}, "hub-charts/a/values.yaml: a link to /etc/passwd: its path escapes the repository"},
		"a link out":                        {[]string{"hub-charts/a/Chart.yaml", head + "a\n"}, []string{"hub-charts/a/x", "../../../x"}, "hub-charts/a/x: a link to ../../../x: its path escapes"},
		"a dangling link":                   {[]string{"hub-charts/a/Chart.yaml", head + "a\n"}, []string{"hub-charts/a/templates/x.yaml", "../y.yaml"}, "hub-charts/a/templates/x.yaml: a link to ../y.yaml: Git holds no such file; add hub-charts/a/y.yaml, or remove the link"},
		"a link to an ignored":              {[]string{"hub-charts/a/Chart.yaml", head + "a\n", ".gitignore", "y\n", "hub-charts/a/y", "x"}, []string{"hub-charts/a/x", "y"}, "hub-charts/a/x: a link to y: Git holds no such file"},
		"a link to Git's own":               {[]string{hubChart, head + "a\n"}, []string{"hub-charts/a/x", "../../.git/config"}, "hub-charts/a/x: a link to ../../.git/config, and .git/config lies in no chart: a link may lead to files of charts only; copy the file here"},
		"a link to Git's directory":         {[]string{hubChart, head + "a\n"}, []string{"hub-charts/a/x", "../../.git"}, "and .git lies in no chart"},
		"a link to a secret file":           {[]string{hubChart, head + "a\n", "secrets/b.yaml", "\x00GITCRYPT\x00known"}, []string{"hub-charts/a/x", "../../secrets/b.yaml"}, "and secrets/b.yaml lies in no chart"},
		"a link to all secrets":             {[]string{hubChart, head + "a\n", "secrets/b.yaml", "x"}, []string{"hub-charts/a/x", "../../secrets"}, "and secrets lies in no chart"},
		"secrets that call themselves so":   {[]string{hubChart, head + "a\n", "secrets/Chart.yaml", head + "secrets\n"}, []string{"hub-charts/a/x", "../../secrets"}, "and secrets lies in no chart"},
		"the repository as a chart":         {[]string{hubChart, head + "a\n", "Chart.yaml", head + "all\n", "x", "y"}, []string{"hub-charts/a/x", "../../x"}, "and x lies in no chart"},
		"the whole repository":              {[]string{hubChart, head + "a\n", "Chart.yaml", head + "all\n"}, []string{"hub-charts/a/x", "../.."}, "and . lies in no chart"},
		"a chain of links":                  {[]string{hubChart, head + "a\n", "secrets/b.yaml", "x"}, []string{"hub-charts/a/x", "y", "hub-charts/a/y", "../../z", "z", "secrets/b.yaml"}, "hub-charts/a/x: a link to y, and secrets/b.yaml lies in no chart"},
		"a link behind a directory":         {[]string{hubChart, head + "a\n", "secrets/b.yaml", "x"}, []string{"z", "secrets", "hub-charts/a/files", "../../z"}, "hub-charts/a/files: a link to ../../z, and secrets lies in no chart"},
		"a file behind a linked one":        {[]string{hubChart, head + "a\n", "secrets/b.yaml", "x"}, []string{"z", "secrets", "hub-charts/a/x", "../../z/b.yaml"}, "and secrets/b.yaml lies in no chart"},
		"a link in a vendored chart":        {[]string{hubChart, head + "a\n", "hub-charts/a/charts/b/Chart.yaml", head + "b\n", "secrets/b.yaml", "x"}, []string{"hub-charts/a/charts/b/values.yaml", "../../../../secrets/b.yaml"}, "hub-charts/a/charts/b/values.yaml: a link to"},
		"a vendored chart that is a link":   {[]string{hubChart, head + "a\n", "secrets/Chart.yaml", head + "b\n"}, []string{"hub-charts/a/charts/b", "../../../secrets"}, "and secrets lies in no chart"},
		"a link in a chart that it wants":   {[]string{hubChart, depends("file://../../b"), "b/Chart.yaml", head + "b\n", "secrets/b.yaml", "x"}, []string{"b/files/x", "../../secrets/b.yaml"}, "b/files/x: a link to ../../secrets/b.yaml, and secrets/b.yaml lies in no chart"},
		"a link that helm ignores":          {[]string{hubChart, head + "a\n", "hub-charts/a/.helmignore", "x\n", "secrets/b.yaml", "x"}, []string{"hub-charts/a/x", "../../secrets/b.yaml"}, "and secrets/b.yaml lies in no chart"},
		"secrets as a chart that it wants":  {[]string{hubChart, depends("file://../../secrets"), "secrets/Chart.yaml", head + "b\n"}, nil, "dependency b: secrets: no place for a chart: whoever can read its release would have what lies in secrets"},
		"the same behind a link":            {[]string{hubChart, depends("file://../../z"), "secrets/Chart.yaml", head + "b\n"}, []string{"z", "secrets"}, "z: no place for a chart"},
		"the repository, wanted":            {[]string{hubChart, depends("file://../.."), "Chart.yaml", head + "b\n"}, nil, ".: no place for a chart"},
		"no directory of a chart":           {[]string{hubChart, head + "a\n", "shared/values.yaml", "x"}, []string{"hub-charts/a/x", "../../shared/values.yaml"}, "and shared/values.yaml lies in no chart: a link may lead to files of charts only; copy the file here, or make the directory that it lies in a chart, with a Chart.yaml"},
		"a circle":                          {[]string{"hub-charts/a/Chart.yaml", head + "a\n"}, []string{"hub-charts/a/x", "x"}, "hub-charts/a/x: a link that leads to itself"},
		"a circle of dirs":                  {[]string{"hub-charts/a/Chart.yaml", head + "a\n"}, []string{"hub-charts/a/templates/up", ".."}, "hub-charts/a: a link in it leads to hub-charts/a again"},
		"a chart in a circle":               {[]string{"hub-charts/a/Chart.yaml", depends("file://../../b"), "b/Chart.yaml", strings.ReplaceAll(strings.ReplaceAll(depends("file://../hub-charts/a"), "name: b", "name: a"), "name: a\ndep", "name: b\ndep")}, nil, "chart hub-charts/a depends on itself: hub-charts/a -> b -> hub-charts/a"},
		"a copy of a secret file":           {[]string{hubChart, head + "a\n", "secrets/b.yaml", "token: ENC[abc]\n", "hub-charts/a/x", "token: ENC[abc]\n", ".gitattributes", "x filter=opens\n"}, nil, "hub-charts/a/x: contains the same as secrets/b.yaml: whoever can read the release would have it; remove it"},
		"a copy in a chart that it wants":   {[]string{hubChart, depends("file://../../b"), "b/Chart.yaml", head + "b\n", "secrets/dockerhub", "user:correct-horse", "b/x", "user:correct-horse"}, nil, "b/x: contains the same as secrets/dockerhub"},
		"a locked file that a filter opens": {[]string{hubChart, head + "a\n", "hub-charts/a/x", "\x00GITCRYPT\x00abc", ".gitattributes", "x filter=opens\n"}, nil, "hub-charts/a/x: locked by git-crypt"},
		"a locked file":                     {[]string{"hub-charts/a/Chart.yaml", head + "a\n", "hub-charts/a/key", "\x00GITCRYPT\x00abc"}, nil, "hub-charts/a/key: locked by git-crypt"},
		"a pointer":                         {[]string{"hub-charts/a/Chart.yaml", head + "a\n", "hub-charts/a/x", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n"}, nil, "hub-charts/a/x: a pointer of Git LFS"},
	} {
		r := gittest.New(t, test.files...)
		for i := 0; i < len(test.links); i += 2 {
			r.Link(test.links[i], test.links[i+1])
		}
		r.Commit()
		r.Git("config", "filter.opens.smudge", "echo opened")
		c := charts(r)
		tree, err := c.Tree(t.Context(), "hub-charts/a")
		if err == nil {
			_, err = c.Digest(t.Context(), tree)
			var same error
			tree.Each(func(part *Tree) { same = cmp.Or(same, c.Copy(t.Context(), part, t.TempDir())) })
			if same == nil || err == nil || same.Error() != err.Error() {
				t.Errorf("%s: the digest fails with %v, the copy with %v", name, err, same)
			}
		}
		if exit.Code(err) != exit.BadInput || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", name, err, test.want)
		}
	}
}

// What only the values of a chart change is told from what its templates, its version, or the charts below it change.
func TestTheCodeOfAChartIsWhatIsLeftWithoutItsValues(t *testing.T) {
	before := map[string]string{
		"hub-charts/a/Chart.yaml": "apiVersion: v2\nname: a\nversion: 0.1.0\n", "hub-charts/a/values.yaml": "a: 1\n", "hub-charts/a/templates/a.yaml": "a\n",
		"hub-charts/a/charts/b/Chart.yaml": "apiVersion: v2\nname: b\nversion: 0.1.0\n", "hub-charts/a/charts/b/values.yaml": "b: 1\n",
	}
	digests := func(files map[string]string) Digests {
		var pairs []string
		for _, name := range slices.Sorted(maps.Keys(files)) {
			pairs = append(pairs, name, files[name])
		}
		c := charts(gittest.New(t, pairs...))
		tree, err := c.Tree(t.Context(), "hub-charts/a")
		if err != nil {
			t.Fatal(err)
		}
		found, err := c.Digests(t.Context(), tree)
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	was := digests(before)
	for file, code := range map[string]bool{
		"hub-charts/a/values.yaml": false, "hub-charts/a/templates/a.yaml": true, "hub-charts/a/charts/b/values.yaml": true, "hub-charts/a/templates/values.yaml": true,
	} {
		after := maps.Clone(before)
		after[file] += "# more\n"
		if is := digests(after); is.Whole == was.Whole || (is.Code != was.Code) != code {
			t.Errorf("%s: %+v, before %+v", file, is, was)
		}
	}
}
