package git

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
)

type discard struct{}

func (discard) Command(_, _ string) {}
func (discard) Line(_, _ string)    {}

// repository is a real one, in a new directory.
type repository struct {
	*testing.T
	dir    string
	runner *process.Runner
}

func newRepository(t *testing.T) repository {
	runner := &process.Runner{Log: discard{}, Env: append(os.Environ(),
		"GIT_CONFIG_GLOBAL="+withHabits(t), "GIT_CONFIG_SYSTEM=/dev/null",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@b", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@b")}
	r := repository{t, t.TempDir(), runner}
	r.git("init", "-q", "-b", "main")
	return r
}

func (r repository) git(args ...string) string {
	r.Helper()
	out, err := r.runner.Output(r.Context(), process.Cmd{Name: "git", Args: args, Dir: r.dir})
	if err != nil {
		r.Fatalf("%v\n%s", err, process.Output(err))
	}
	return strings.TrimSpace(string(out))
}

func (r repository) write(name, content string) {
	r.Helper()
	file := filepath.Join(r.dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		r.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		r.Fatal(err)
	}
}

func (r repository) removeAll(name string) error { return os.RemoveAll(filepath.Join(r.dir, name)) }

func (r repository) open() *Repo {
	r.Helper()
	repo, err := Open(r.Context(), r.runner, r.dir, r.TempDir())
	if err != nil {
		r.Fatal(err)
	}
	return repo
}

func (r repository) trees() map[string]Tree {
	r.Helper()
	trees, err := r.open().Trees(r.Context(), "user-images")
	if err != nil {
		r.Fatal(err)
	}
	return trees
}

func TestSameContentHasTheSameTreeAndChangesAreDirty(t *testing.T) {
	r := newRepository(t)
	r.write("user-images/a/Dockerfile", "FROM scratch\n")
	r.write("user-images/b/Dockerfile", "FROM scratch\n")
	r.git("add", "-A")
	r.git("commit", "-qm", "one")
	first := r.trees()
	if first["a"].Dirty() || first["a"].Hash != first["b"].Hash || len(first["a"].Hash) != 40 {
		t.Fatalf("clean: %+v", first)
	}

	if names, err := r.open().Changed(t.Context(), "user-images/a"); err != nil || len(names) != 0 {
		t.Errorf("clean, and changed: %q, %v", names, err)
	}
	objects := r.git("count-objects")
	r.write("user-images/a/new.txt", "x")
	r.write("user-images/c/Dockerfile", "FROM scratch\n")
	changed := r.trees()
	if names, err := r.open().Changed(t.Context(), "user-images/a"); err != nil || !slices.Equal(names, []string{"user-images/a/new.txt"}) {
		t.Errorf("changed: %q, %v", names, err)
	}
	if !changed["a"].Dirty() || changed["b"].Dirty() || !changed["c"].Dirty() || changed["c"].Committed != "" {
		t.Errorf("changed: %+v", changed)
	}
	if after := r.git("count-objects"); after != objects || r.git("diff", "--cached", "--name-only") != "" {
		t.Errorf("the repository was written to: %s, then %s", objects, after)
	}

	r.git("add", "-A")
	r.git("commit", "-qm", "two")
	if committed := r.trees(); committed["a"].Dirty() || committed["a"].Hash != changed["a"].Hash {
		t.Errorf("committed: %+v, want the hash it had before", committed["a"])
	}
}

// What a sparse checkout leaves out was not deleted, whatever else has changed.
func TestTreesOfASparseCheckout(t *testing.T) {
	r := newRepository(t)
	for _, name := range []string{"a", "b", "c"} {
		r.write("user-images/"+name+"/Dockerfile", "FROM "+name+"\n")
		r.write("user-images/"+name+"/files/x", name)
	}
	r.git("add", "-A")
	r.git("commit", "-qm", "one")
	whole := r.trees()
	r.git("sparse-checkout", "set", "--no-cone", "/*", "!/user-images/b/", "!/user-images/c/files/")
	r.write("user-images/a/new.txt", "x")
	for name, tree := range r.trees() {
		if tree.Dirty() != (name == "a") || tree.Committed != whole[name].Hash {
			t.Errorf("%s: %+v, was %+v", name, tree, whole[name])
		}
	}
}

func TestSinceNamesTheChangedFiles(t *testing.T) {
	r := newRepository(t)
	r.write("user-images/a/Dockerfile", "FROM scratch\n")
	r.write("user-images/b/Dockerfile", "FROM scratch\n")
	r.git("add", "-A")
	r.git("commit", "-qm", "one")
	first := r.git("rev-parse", "HEAD")
	for _, content := range []string{"x", "y"} {
		r.write("user-images/a/environment.yml", content)
		r.write("user-images/b/environment.yml", content)
		r.git("add", "-A")
		r.git("commit", "-qm", content)
	}
	files, commits, err := r.open().Since(t.Context(), first, "user-images/a")
	if err != nil || !slices.Equal(files, []string{"environment.yml"}) || commits != 2 {
		t.Errorf("got %q, %d commits, %v", files, commits, err)
	}
	for _, bad := range []string{"--output=x", strings.Repeat("0", 40), ""} {
		if _, _, err := r.open().Since(t.Context(), bad, "user-images/a"); err == nil {
			t.Errorf("%q is taken for a commit", bad)
		}
	}
}

func TestRefusals(t *testing.T) {
	r := newRepository(t)
	_, err := r.open().Head(t.Context())
	if err == nil || !strings.Contains(err.Error(), "no commit yet in") || exit.Code(err) != exit.BadInput {
		t.Errorf("no commit: %v", err)
	}
	_, err = r.open().Trees(t.Context(), "user-images")
	if err == nil || !strings.Contains(err.Error(), "no commit yet in") {
		t.Errorf("no commit: %v", err)
	}
	_, err = Open(t.Context(), r.runner, t.TempDir(), t.TempDir())
	if err == nil || !strings.Contains(err.Error(), "is not a Git repository") || exit.Code(err) != exit.BadInput {
		t.Errorf("no repository: %v", err)
	}
}

func TestSourceHoldsNoCredentials(t *testing.T) {
	for remote, want := range map[string]string{
		"https://user:token@host/a.git": "https://host/a.git",
		"git@host:a/b.git":              "git@host:a/b.git",
		"":                              "",
		"https://user:pa%ss@host/a.git": "",
	} {
		if got := withoutCredentials(remote); got != want {
			t.Errorf("%q: got %q, want %q", remote, got, want)
		}
	}
}

func TestWhatTheIndexHas(t *testing.T) {
	r := newRepository(t)
	r.write("a/committed", "x")
	r.git("add", "a/committed")
	r.write("a/*", "x")
	repo, err := Open(t.Context(), r.runner, r.dir, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for want, names := range map[string][]string{"a/committed": {"a/committed", "a/none"}, "": {"a/*"}} {
		if got, err := repo.Indexed(t.Context(), names...); err != nil || strings.Join(got, " ") != want {
			t.Errorf("%q: %q, %v", names, got, err)
		}
	}
	if got, err := repo.Indexed(t.Context()); err != nil || len(got) != 0 {
		t.Errorf("nothing: %q, %v", got, err)
	}
}

// A secret file that cannot be read is not one that nobody has committed: that would pass each check of what is committed.
func TestWhatIsCommittedIsKnownOrAnError(t *testing.T) {
	r := newRepository(t)
	if content, err := r.open().Committed(t.Context(), "secrets/a.yaml"); content != nil || err != nil {
		t.Errorf("no commit yet: %q, %v", content, err)
	}
	r.write("secrets/a.yaml", "token: x\n")
	r.git("add", "-A")
	r.git("commit", "-qm", "one")
	if content, err := r.open().Committed(t.Context(), "secrets/a.yaml"); string(content) != "token: x\n" || err != nil {
		t.Errorf("got %q, %v", content, err)
	}
	if content, err := r.open().Committed(t.Context(), "secrets/b.yaml"); content != nil || err != nil {
		t.Errorf("another: %q, %v", content, err)
	}
	object := r.git("rev-parse", "HEAD:secrets/a.yaml")
	if err := os.Remove(filepath.Join(r.dir, ".git", "objects", object[:2], object[2:])); err != nil {
		t.Fatal(err)
	}
	if content, err := r.open().Committed(t.Context(), "secrets/a.yaml"); err == nil {
		t.Errorf("a missing object: %q", content)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.open().Committed(ended, "secrets/a.yaml"); err == nil {
		t.Error("a run that has ended gets an answer")
	}
}
