package tree

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/adopt/manifest"
	"hub-ops/magefiles/internal/git/gittest"
	"hub-ops/magefiles/internal/process"
)

// discard is a log that nobody reads.
type discard struct{}

func (discard) Command(string, string) {}
func (discard) Line(string, string)    {}

func open(t *testing.T, r *gittest.Repository) *Tree {
	t.Helper()
	run := &process.Runner{Log: discard{}, Env: []string{"PATH=" + os.Getenv("PATH"), "GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CONFIG_SYSTEM=" + os.DevNull}}
	tree, err := Open(run, r.Dir, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tree.Close)
	return tree
}

// commit is that of a copy, and later that of a newer one.
var commit, later = strings.Repeat("a", 40), strings.Repeat("b", 40)

// source is what a copy has: a path, then its content, and so on.
func source(commit string, files ...string) Source {
	own := Source{Commit: commit, Files: map[string][]byte{".gitignore": []byte(copyIgnore)}}
	for i := 0; i < len(files); i += 2 {
		own.Files[files[i]] = []byte(files[i+1])
	}
	return own
}

// withCopy is a repository with hubops.yaml and a copy, all of it committed.
func withCopy(t *testing.T, files ...string) *gittest.Repository {
	t.Helper()
	r := gittest.New(t, "hubops.yaml", "theirs\n", "aside/x.go", "theirs\n")
	if err := open(t, r).AddCopy("magefiles", source(commit, files...)); err != nil {
		t.Fatal(err)
	}
	r.Commit()
	return r
}

// differ checks what files hold; "" if they are not to be there.
func differ(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, want := range files {
		content, err := os.ReadFile(filepath.Join(dir, name)) // #nosec G304 -- of this test
		if string(content) != want || (err == nil) != (want != "") {
			t.Errorf("%s is %q (%v), want %q", name, content, err, want)
		}
	}
}

// unchanged checks that nothing in the repository differs from what is committed.
func unchanged(t *testing.T, r *gittest.Repository) {
	t.Helper()
	changed, err := r.Repo().Changed(t.Context(), ".")
	if err != nil || len(changed) > 0 {
		t.Errorf("%q changed, %v", changed, err)
	}
}

// What has the path of a file of the newer hub-ops, or leads to it, is theirs wherever it leads: an upgrade writes nothing through it.
func TestAnUpgradeGoesThroughNoLink(t *testing.T) {
	for name, test := range map[string]struct {
		make func(r *gittest.Repository)
		file string // of the newer hub-ops
		why  string
	}{
		"a link to a file":        {func(r *gittest.Repository) { r.Link("magefiles/new.go", "../hubops.yaml") }, "new.go", "magefiles/new.go is a link"},
		"a link to nothing":       {func(r *gittest.Repository) { r.Link("magefiles/new.go", "../nothing") }, "new.go", "magefiles/new.go is a link"},
		"a link to a directory":   {func(r *gittest.Repository) { r.Link("magefiles/new", "../aside") }, "new/x.go", "magefiles/new is a link, and so in the way of magefiles/new/x.go"},
		"a directory":             {func(r *gittest.Repository) { r.Write("magefiles/new.go/x", "x") }, "new.go", "magefiles/new.go is a directory"},
		"a file for a directory":  {func(r *gittest.Repository) { r.Write("magefiles/new", "x") }, "new/x.go", "magefiles/new is a file"},
		"in place of an own file": {func(r *gittest.Repository) { r.Remove("magefiles/a.go"); r.Link("magefiles/a.go", "../hubops.yaml") }, "a.go", "magefiles/a.go is a link"},
	} {
		t.Run(name, func(t *testing.T) {
			r := withCopy(t, "a.go", "old\n")
			test.make(r)
			r.Commit()
			tree := open(t, r)
			before, err := tree.Copy()
			if err != nil || before.Place != "magefiles" {
				t.Fatal(before.Place, err)
			}
			own := source(later, "a.go", "old\n", test.file, "newer\n")
			changes := tree.Compare(before, own)
			if len(changes.Clashes) != 1 || changes.Clashes[0] != test.file {
				t.Errorf("%+v", changes)
			}
			if text, err := tree.Differs(t.Context(), before, own, test.file); err != nil || !strings.Contains(text, test.why) {
				t.Errorf("it is shown as %q, %v; want %q", text, err, test.why)
			}
			if err := tree.change(before, own, manifest.Changes{Write: []string{test.file}}); err == nil || !strings.Contains(err.Error(), test.why) {
				t.Errorf("written all the same: %v", err)
			}
			differ(t, r.Dir, map[string]string{"hubops.yaml": "theirs\n", "aside/x.go": "theirs\n", "nothing": ""})
			unchanged(t, r)
		})
	}
}

// A link where nothing of hub-ops changes is a change of theirs as any other, and stays.
func TestALinkOfTheirsStays(t *testing.T) {
	r := withCopy(t, "a.go", "old\n", "b.go", "old\n")
	r.Remove("magefiles/a.go")
	r.Link("magefiles/a.go", "../hubops.yaml")
	r.Commit()
	tree := open(t, r)
	before, err := tree.Copy()
	if err != nil {
		t.Fatal(err)
	}
	own := source(later, "a.go", "old\n", "c.go", "newer\n")
	changes := tree.Compare(before, own)
	if err := tree.Upgrade(t.Context(), before, own, changes); err != nil || len(changes.Kept) != 1 || len(changes.Clashes) != 0 {
		t.Errorf("%+v, %v", changes, err)
	}
	differ(t, r.Dir, map[string]string{"hubops.yaml": "theirs\n", "magefiles/b.go": "", "magefiles/c.go": "newer\n"})
	if target, err := os.Readlink(filepath.Join(r.Dir, "magefiles/a.go")); err != nil || target != "../hubops.yaml" {
		t.Error(target, err)
	}
}

// A copy in a directory that a link leads to is none of this repository's.
func TestNoCopyIsFoundThroughALink(t *testing.T) {
	r := withCopy(t)
	r.Git("mv", "magefiles", "elsewhere")
	r.Link("magefiles", "elsewhere")
	r.Commit()
	if found, err := open(t, r).Copy(); found.Place != "" || err != nil {
		t.Error(found.Place, err)
	}
}

// Where nothing of hub-ops is, there is no copy, whether Git knows the directory or not.
func TestNoCopyIsInWhatIsNoRepository(t *testing.T) {
	tree, err := Open(nil, t.TempDir(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	if found, err := tree.Copy(); found.Place != "" || err != nil {
		t.Error(found.Place, err)
	}
}

// New files and a copy are refused before anything is written, and no link is followed.
func TestWhatCannotBeWrittenIsRefusedFirst(t *testing.T) {
	const workflow = ".github/workflows/hub-ops.yaml"
	for name, test := range map[string]struct {
		make func(r *gittest.Repository)
		why  string // in the error of either check
	}{
		"a directory that is a link":  {func(r *gittest.Repository) { r.Link(".github", "aside") }, ".github is a link, and so in the way of " + workflow},
		"a directory that is a file":  {func(r *gittest.Repository) { r.Write(".github/workflows", "x") }, ".github/workflows is a file"},
		"a link":                      {func(r *gittest.Repository) { r.Link("hubops.yaml", "aside/y") }, "hubops.yaml is a link"},
		"settings that Git ignores":   {func(r *gittest.Repository) { r.Write(".gitignore", "*.yaml\n") }, "Git ignores hubops.yaml"},
		"a copy through a link":       {func(r *gittest.Repository) { r.Link("magefiles", "aside") }, "magefiles is a link"},
		"a copy that is there":        {func(r *gittest.Repository) { r.Write("magefiles/hub-ops/x", "x") }, "magefiles/hub-ops is there"},
		"a copy that Git ignores":     {func(r *gittest.Repository) { r.Write(".gitignore", "hub-ops/\n") }, "Git ignores magefiles/hub-ops/"},
		"a copy in what Git ignores":  {func(r *gittest.Repository) { r.Write(".gitignore", "/magefiles\n") }, "Git ignores magefiles/hub-ops/"},
		"a copy beside other ignores": {func(r *gittest.Repository) { r.Write(".gitignore", "build/\n*.sum\n.gitignore\n") }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := gittest.New(t, "aside/x.go", "theirs\n")
			test.make(r)
			r.Git("add", "--all", "--force")
			r.Git("commit", "--quiet", "--message", "x")
			tree := open(t, r)
			err := tree.Check(t.Context(), "hubops.yaml", workflow)
			if err == nil {
				err = tree.CheckCopy(t.Context(), "magefiles/hub-ops")
			}
			switch {
			case test.why == "" && err != nil, test.why != "" && (err == nil || !strings.Contains(err.Error(), test.why)):
				t.Errorf("%v, want %q", err, test.why)
			}
			unchanged(t, r)
		})
	}
	r := gittest.New(t, "aside/x.go", "theirs\n")
	r.Link(".github", "aside")
	r.Link("hubops.yaml", "aside/y")
	tree := open(t, r)
	for _, name := range []string{workflow, "hubops.yaml", "aside/x.go"} {
		if err := tree.Create(name, "x"); err == nil {
			t.Errorf("%s was written", name)
		}
	}
	differ(t, r.Dir, map[string]string{"aside/y": "", "aside/workflows/hub-ops.yaml": "", "aside/x.go": "theirs\n"})
}

// What Git would leave out is refused before anything is written, so that nothing is in the way of the next call.
func TestAnUpgradeOfWhichGitIgnoresPartsWritesNothing(t *testing.T) {
	r := withCopy(t, "a.go", "old\n", "b.go", "old\n")
	r.Remove("magefiles/.gitignore")
	r.Write(".gitignore", "build/\n")
	r.Commit()
	tree := open(t, r)
	before, err := tree.Copy()
	if err != nil {
		t.Fatal(err)
	}
	own := source(later, "a.go", "newer\n", "build/c.go", "newer\n")
	err = tree.Upgrade(t.Context(), before, own, tree.Compare(before, own))
	if err == nil || !strings.Contains(err.Error(), "Git ignores magefiles/build/c.go") {
		t.Error(err)
	}
	differ(t, r.Dir, map[string]string{"magefiles/a.go": "old\n", "magefiles/b.go": "old\n", "magefiles/build/c.go": ""})
	if err := tree.Committed(t.Context(), before); err != nil {
		t.Error(err)
	}
}

// A copy has what runs, as it is committed, and nothing that a link leads to.
func TestOwn(t *testing.T) {
	r := gittest.New(t, "go.mod", "module hub-ops\n\ngo 1.26.0\n", "go.sum", "x\n", "magefiles/a.go", "a\n", "magefiles/a_test.go", "x\n", "magefiles/testdata/x", "x\n", "README.md", "x\n")
	own, err := Own(t.Context(), r.Dir, r.Repo())
	if err != nil || len(own.Files) != 5 || string(own.Files["go.mod"]) != "module hub-ops/magefiles\n\ngo 1.26.0\n" || string(own.Files["a.go"]) != "a\n" || len(own.Commit) != 40 {
		t.Errorf("%+v, %v", own, err)
	}
	r.Link("magefiles/b.go", "../README.md")
	r.Commit()
	if _, err := Own(t.Context(), r.Dir, r.Repo()); err == nil || !strings.Contains(err.Error(), "magefiles/b.go is a link") {
		t.Error(err)
	}
	r.Write("magefiles/a.go", "changed\n")
	if _, err := Own(t.Context(), r.Dir, r.Repo()); err == nil || !strings.Contains(err.Error(), "magefiles/a.go of hub-ops is not committed") {
		t.Error(err)
	}
	if _, err := Own(t.Context(), t.TempDir(), nil); err == nil || !strings.Contains(err.Error(), "this is no clone of hub-ops") {
		t.Error(err)
	}
}
