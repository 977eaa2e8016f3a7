package git

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// places are names that a directory above a checkout can have, and a directory in it.
var places = []string{
	"a:b", "a,b", "a b", " a ", "a=b", "a'b", `a"b`, `"a"`, `a\b`, `a\"b:c`, "a%41b", "aéb", "a\tb", "a\nb", "a@{0}", "a#b", "a$HOME", "a*b", "a[b]", ":a", ":(top)a", "-a", "~a", "a^b", "\xff",
}

// Whatever a path holds, Git reads the repository there, its uncommitted content too, and hands it over.
func TestPlacesOfARepository(t *testing.T) {
	for _, place := range places {
		r := newRepository(t)
		elsewhere := filepath.Join(r.dir, place)
		if err := os.Mkdir(elsewhere, 0o750); err != nil {
			t.Fatal(err)
		}
		r.dir = elsewhere
		r.git("init", "-q", "-b", "main")
		r.write("user-images/a/Dockerfile", "FROM scratch\n")
		r.write("shared/"+place+"/x", "x")
		r.write("shared/other/x", "y")
		r.git("add", "-A")
		r.git("commit", "-qm", "one")
		r.write("user-images/a/new", "x")
		repo := r.open()
		head, err := repo.Head(t.Context())
		if err != nil || len(head.Hash) != 40 {
			t.Errorf("%q: %v, %v", place, head, err)
			continue
		}
		trees, err := repo.Trees(t.Context(), "user-images")
		if err != nil || !trees["a"].Dirty() {
			t.Errorf("%q: %+v, %v", place, trees, err)
			continue
		}
		if contents, err := contentsOf(t.Context(), repo, trees["a"]); err != nil || contents["new"] != "x" {
			t.Errorf("%q: read %q, %v", place, contents, err)
		}
		shared, err := repo.Trees(t.Context(), "shared")
		if err != nil || len(shared) != 2 || shared[place].Hash == "" {
			t.Errorf("%q in the repository: %+v, %v", place, shared, err)
		}
		below, err := repo.Trees(t.Context(), "shared/"+place)
		if err != nil || len(below) != 0 {
			t.Errorf("%q as a path: %+v, %v", place, below, err)
		}
		r.write("shared/aXb/zb", "what a*b matches, as a pattern")
		if changed, err := repo.Changed(t.Context(), "shared/"+place); err != nil || len(changed) != 0 {
			t.Errorf("%q as a path: changed %q, %v", place, changed, err)
		}
		r.write("shared/"+place+"/z", "z")
		if changed, err := repo.Changed(t.Context(), "shared/"+place); err != nil || strings.Join(changed, " ") != "shared/"+place+"/z" {
			t.Errorf("%q as a path: changed %q, %v", place, changed, err)
		}
	}
}
