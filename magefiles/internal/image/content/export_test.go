package content

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
)

// exportOf exports a directory, with what is shared if that has files.
func exportOf(t *testing.T, files, shared directory) (Exported, error) {
	t.Helper()
	w := newWorld(t)
	w.write("images/a", files)
	w.write("common/scripts", shared)
	repo := w.commit().open()
	c := Content{Context: w.trees(repo, "images")["a"]}
	if len(shared) > 0 {
		c.Shared = []git.Tree{w.trees(repo, "common")["scripts"]}
	}
	return c.Export(context.Background(), Source{Repo: repo}, filepath.Join(t.TempDir(), "x"))
}

// listed returns the paths of files below a directory, sorted.
func listed(t *testing.T, dir string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(dir, func(name string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			found = append(found, strings.TrimPrefix(name, dir+"/"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	return found
}

// The first ignore file counts, for the context and for what is shared, and the builder gets the Dockerfile in any case.
func TestIgnoredFilesAreNotExported(t *testing.T) {
	all := func(ignore ...string) directory {
		files := directory{"Dockerfile": {git.Regular, "FROM scratch\n"}}
		for _, name := range []string{"README.md", "data/big.csv", "data/keep.csv", "src/a.md"} {
			files[name] = file{git.Regular, "x"}
		}
		for i := 0; i < len(ignore); i += 2 {
			files[ignore[i]] = file{git.Regular, ignore[i+1]}
		}
		return files
	}
	shared := directory{"start.sh": {git.Executable, "x"}, "a.md": {git.Regular, "x"}}
	for _, c := range []struct {
		ignore []string
		want   string
	}{
		{nil, "Dockerfile README.md data/big.csv data/keep.csv scripts/a.md scripts/start.sh src/a.md"},
		{[]string{".dockerignore", ""}, ".dockerignore Dockerfile README.md data/big.csv data/keep.csv scripts/a.md scripts/start.sh src/a.md"},
		{[]string{".dockerignore", "*.md\n# a comment\n"}, ".dockerignore Dockerfile data/big.csv data/keep.csv scripts/a.md scripts/start.sh src/a.md"},
		{[]string{".dockerignore", "**/*.md\n"}, ".dockerignore Dockerfile data/big.csv data/keep.csv scripts/start.sh"},
		{[]string{".dockerignore", "data\n!data/keep.csv\n"}, ".dockerignore Dockerfile README.md data/keep.csv scripts/a.md scripts/start.sh src/a.md"},
		{[]string{".dockerignore", "*\n!src\n"}, "src/a.md"},
		{[]string{".dockerignore", "Dockerfile\n.dockerignore\n/src"}, "README.md data/big.csv data/keep.csv scripts/a.md scripts/start.sh"},
		{[]string{".dockerignore", "*.md\n", "Dockerfile.dockerignore", "data\n*ignore\n"}, "Dockerfile README.md scripts/a.md scripts/start.sh src/a.md"},
		{[]string{".containerignore", "data\n.*\n"}, "Dockerfile README.md scripts/a.md scripts/start.sh src/a.md"},
		{[]string{".dockerignore", "*\n"}, ""},
	} {
		to, err := exportOf(t, all(c.ignore...), shared)
		if err != nil {
			t.Errorf("%q: %v", c.ignore, err)
			continue
		}
		if got := strings.Join(listed(t, to.Context), " "); got != c.want {
			t.Errorf("%q: got %s, want %s", c.ignore, got, c.want)
		}
		if content, err := os.ReadFile(to.File()); string(content) != "FROM scratch\n" || err != nil {
			t.Errorf("%q: the Dockerfile is %q, %v", c.ignore, content, err)
		}
		if to.Hidden == slices.Contains(strings.Fields(c.want), "Dockerfile") {
			t.Errorf("%q: hidden is %t", c.ignore, to.Hidden)
		}
	}
}

func TestWhatCannotBeExported(t *testing.T) {
	plain := directory{"Dockerfile": {git.Regular, "FROM scratch\n"}}
	with := func(name string, f file) directory {
		return directory{"Dockerfile": plain["Dockerfile"], name: f}
	}
	for name, c := range map[string]struct {
		files, shared directory
		says          string
	}{
		"a pattern that is none": {with(".dockerignore", file{git.Regular, "[a\n"}), nil, "images/a/.dockerignore: "},
		"shared, and there":      {with("scripts/x", file{git.Regular, "x"}), plain, "the context has a scripts of its own, and scripts (image.shared) would be copied over it"},
		"locked":                 {with("data/x.key", file{git.Regular, "\x00GITCRYPT\x00abc"}), nil, "images/a/data/x.key: locked by git-crypt"},
		"a pointer that is none": {with("x.bin", file{git.Regular, "version https://git-lfs.github.com/spec/v1\n<<<<<<< HEAD\n"}), nil, "images/a/x.bin: a pointer of Git LFS that cannot be read"},
		"no Dockerfile":          {directory{"x": {git.Regular, "x"}}, nil, "images/a has no Dockerfile that Git holds"},
		"a link out of it":       {directory{"Dockerfile": {git.Link, "../b/Dockerfile"}}, nil, "images/a/Dockerfile: a link to ../b/Dockerfile, which the build context does not hold"},
		"a link to itself":       {directory{"Dockerfile": {git.Link, "Dockerfile"}}, nil, "images/a/Dockerfile: a link that leads nowhere"},
	} {
		if _, err := exportOf(t, c.files, c.shared); exit.Code(err) != exit.BadInput || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	for name, files := range map[string]directory{ // what is ignored may be anything
		"locked": {"Dockerfile": plain["Dockerfile"], ".dockerignore": {git.Regular, "x.key\n"}, "x.key": {git.Regular, "\x00GITCRYPT\x00abc"}},
		"links":  {"Dockerfile": {git.Link, "scripts/Dockerfile"}, "l": {git.Link, "/etc"}, "l2": {git.Link, "l/x"}},
	} {
		if _, err := exportOf(t, files, plain); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSubmoduleInAContextIsRefused(t *testing.T) {
	w := newWorld(t)
	w.write("images/a", directory{"Dockerfile": {git.Regular, "FROM scratch\n"}})
	commit, err := w.commit().output("rev-parse", "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	w.git("update-index", "--add", "--cacheinfo", "160000,"+commit+",images/a/library").git("commit", "-qm", "two")
	if err := os.Mkdir(filepath.Join(w.dir, "images/a/library"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, _, err := exported(w, "Dockerfile"); exit.Code(err) != exit.BadInput || !strings.Contains(err.Error(), "images/a/library is a submodule") {
		t.Errorf("got %v", err)
	}
}

// Two names that are one on the disk are refused, whichever comes first: here one is there before.
func TestNamesThatAreOneOnThisDisk(t *testing.T) {
	dir := t.TempDir()
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "A"), 0o700), os.WriteFile(filepath.Join(dir, "B"), nil, 0o600), os.Symlink("A", filepath.Join(dir, "C"))); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"A/x", "B", "B/x", "C/x", "../x"} {
		w, err := newWriter(dir)
		if err != nil {
			t.Fatal(err)
		}
		err = collision(name, w.regular(git.File{Mode: git.Regular, Path: name}, func(*os.File) error { return nil }))
		if err == nil || name != "../x" && !strings.Contains(err.Error(), name+" has the name of another file on this disk") {
			t.Errorf("%s: got %v", name, err)
		}
		_ = w.close()
	}
}

// The classic builder reads .dockerignore again: what it would leave out beyond what is ignored is refused.
func TestContextsForTheClassicBuilder(t *testing.T) {
	for name, c := range map[string]struct {
		files directory
		want  string // of the context then; "": refused
	}{
		"hidden":                {directory{".dockerignore": {git.Regular, "Dockerfile\n.dockerignore\n"}}, ".dockerignore Dockerfile x"},
		"hidden, and seen":      {directory{".dockerignore": {git.Regular, "Dockerfile\n"}}, ".dockerignore Dockerfile x"},
		"a second one":          {directory{"Dockerfile.dockerignore": {git.Regular, ""}, ".dockerignore": {git.Regular, "x\n"}}, ""},
		"a second one, hidden":  {directory{"Dockerfile.dockerignore": {git.Regular, "Dockerfile\n"}, ".dockerignore": {git.Regular, "y\n"}}, ""},
		"a second one, for y":   {directory{"Dockerfile.dockerignore": {git.Regular, ""}, ".dockerignore": {git.Regular, "y\n"}}, ".dockerignore Dockerfile Dockerfile.dockerignore x"},
		"another, that is seen": {directory{".containerignore": {git.Regular, "y\n"}}, ".containerignore Dockerfile x"},
	} {
		c.files["Dockerfile"], c.files["x"] = file{git.Regular, "FROM scratch\n"}, file{git.Regular, "x"}
		to, err := exportOf(t, c.files, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err = to.ForClassic(); c.want == "" {
			if exit.Code(err) != exit.BadInput || !strings.Contains(err.Error(), "Dockerfile.dockerignore says what is ignored, and Docker's classic builder reads .dockerignore") {
				t.Errorf("%s: got %v", name, err)
			}
			continue
		}
		if got := strings.Join(listed(t, to.Context), " "); got != c.want || err != nil {
			t.Errorf("%s: got %s, %v", name, got, err)
		}
	}
}

// A link in a context is no way to write to, or to read from, another place of this machine.
func TestTheClassicBuilderFollowsNoLinksOut(t *testing.T) {
	outside := t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "there"), []byte("x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{filepath.Join(outside, "nowhere"), filepath.Join(outside, "there"), "nowhere"} {
		to, err := exportOf(t, directory{
			"Dockerfile": {git.Regular, "FROM scratch\n"}, "Dockerfile.dockerignore": {git.Regular, "Dockerfile\n"}, ".dockerignore": {git.Link, target},
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := to.ForClassic(); exit.Code(err) != exit.BadInput || !strings.Contains(err.Error(), ".dockerignore") {
			t.Errorf("%s: got %v", target, err)
		}
	}
	if got := listed(t, outside); len(got) != 1 {
		t.Errorf("there are %v", got)
	}
}
