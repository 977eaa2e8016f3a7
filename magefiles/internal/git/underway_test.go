package git_test

import (
	"testing"

	"hub-ops/magefiles/internal/git/gittest"
)

func TestWhatIsUnderwayIsTold(t *testing.T) {
	r := gittest.New(t, "a", "a\n")
	told := func(want string) {
		t.Helper()
		if what, _, err := r.Repo().Underway(t.Context()); err != nil || what != want {
			t.Errorf("%q, %v; want %q", what, err, want)
		}
	}
	told("")
	r.Write(".git/MERGE_HEAD", "x")
	told("a merge")
	r.Remove(".git/MERGE_HEAD")
	r.Write(".git/rebase-merge/x", "x")
	told("a rebase")
}

func TestTheFilterOfAPath(t *testing.T) {
	r := gittest.New(t, ".gitattributes", "secrets/*.yaml filter=git-crypt\n")
	for name, want := range map[string]string{"secrets/new.yaml": "git-crypt", "secrets/new": "", "new.yaml": ""} {
		if filter, err := r.Repo().FilterOf(t.Context(), name); err != nil || filter != want {
			t.Errorf("%s: %q, %v", name, filter, err)
		}
	}
	content := []byte("a content\n")
	taken, err := r.Repo().Taken(t.Context(), "plain", content)
	plain, err2 := r.Repo().Plainly(t.Context(), content)
	if err != nil || err2 != nil || taken != plain || len(taken) != 40 {
		t.Errorf("%q and %q, %v, %v", taken, plain, err, err2)
	}
}
