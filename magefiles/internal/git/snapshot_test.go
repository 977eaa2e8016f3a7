package git

import (
	"slices"
	"testing"
)

func TestSnapshotListsWhatGitHolds(t *testing.T) {
	r := newRepository(t)
	r.write(".gitignore", "*.log\n")
	r.write("a/one", "1\n")
	r.write("a/two", "2\n")
	r.write("a/gone", "3\n")
	r.write("a/unlinked", "4\n")
	r.write("b/one", "5\n")
	r.git("add", "-A")
	r.git("commit", "-qm", "one")
	r.git("rm", "-q", "a/gone")
	r.git("mv", "a/two", "a/moved")
	r.git("rm", "-q", "--cached", "b/one")
	r.write("a/x.log", "x")
	r.write("a/new \"name\n", "x")
	r.write("a/nested/file", "x")
	if err := r.removeAll("a/unlinked"); err != nil {
		t.Fatal(err)
	}
	s, err := r.open().Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string][]string{
		".":     {".gitignore", "a/moved", "a/nested/file", "a/new \"name\n", "a/one", "b/one"},
		"a":     {"a/moved", "a/nested/file", "a/new \"name\n", "a/one"},
		"a/one": nil, "": {".gitignore", "a/moved", "a/nested/file", "a/new \"name\n", "a/one", "b/one"},
	} {
		got := s.Below(dir)
		if !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", dir, got, want)
		}
		_ = append(got, "overwritten")
	}
	if removed, lost := s.Removed("a"), s.Lost("a"); !slices.Equal(removed, []string{"a/gone", "a/two", "a/unlinked"}) || !slices.Equal(lost, []string{"a/unlinked"}) {
		t.Errorf("removed %q, lost %q", removed, lost)
	}
	changed, err := s.Uncommitted(t.Context(), s.Below(".")...)
	if want := []string{"a/moved", "a/nested/file", "a/new \"name\n"}; err != nil || !slices.Equal(changed, want) {
		t.Errorf("changed: %q, %v, want %q", changed, err, want)
	}
	contents, err := s.Read(t.Context(), s.Below(".")...)
	if err != nil || string(contents["a/new \"name\n"]) != "x" || string(contents["a/moved"]) != "2\n" || string(contents["b/one"]) != "5\n" {
		t.Errorf("contents: %q, %v", contents, err)
	}
	if s.Tracked("a/nested/file") || !s.Tracked("a/one") || !s.Tracked("a/moved") || s.Tracked("a/x.log") {
		t.Error("what is tracked is told wrongly")
	}
}

// The same directory of a repository is the same, if it is looked at from inside.
func TestSnapshotOfAPartOfARepository(t *testing.T) {
	r := newRepository(t)
	r.write("part/a/one", "1\n")
	r.write("part/crlf", "1\n")
	r.write(".gitattributes", "/part/crlf eol=crlf\n")
	r.write("other", "1\n")
	r.git("add", "-A")
	r.git("commit", "-qm", "one")
	r.write("part/a/one", "2\n")
	r.write("other", "2\n")
	r.write("part/new", "3\n")
	repo, err := Open(t.Context(), r.runner, r.dir+"/part", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s, err := repo.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	contents, err := s.Read(t.Context(), s.Below(".")...)
	if err != nil || len(contents) != 3 || string(contents["crlf"]) != "1\r\n" || string(contents["a/one"]) != "2\n" || string(contents["new"]) != "3\n" {
		t.Errorf("got %q, %v", contents, err)
	}
}

// What a filter of the repository changes is read as a clone has it; a repository of its own has no files here.
func TestSnapshotReadsThroughFilters(t *testing.T) {
	r := newRepository(t)
	r.write(".gitattributes", "*.data filter=shout\n*.bat text eol=crlf\n")
	r.write("x.data", "quiet\n")
	r.write("x.bat", "a\nb\n")
	r.write("x.txt", "a\nb\n")
	r.write("big.data", "")
	r.git("add", "-A")
	r.git("update-index", "--add", "--cacheinfo", "160000,"+r.git("hash-object", "x.data")+",library")
	r.git("commit", "-qm", "one")
	r.git("config", "filter.shout.smudge", "tr a-z A-Z")
	r.git("config", "core.autocrlf", "true")
	s, err := r.open().Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	contents, err := s.Read(t.Context(), "x.data", "x.bat", "x.txt", "big.data")
	if err != nil || string(contents["x.data"]) != "QUIET\n" || string(contents["x.bat"]) != "a\r\nb\r\n" || string(contents["x.txt"]) != "a\nb\n" || len(contents["big.data"]) != 0 {
		t.Errorf("got %q, %v", contents, err)
	}
	if err := s.Check("library"); err == nil {
		t.Error("a submodule is taken for a file")
	}
}
