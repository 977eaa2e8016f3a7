package git

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOriginSaysWhereBranchesAre(t *testing.T) {
	const a, b, c = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "cccccccccccccccccccccccccccccccccccccccc"
	for listed, want := range map[string]Heads{
		"": {},
		"ref: refs/heads/trunk\tHEAD\n" + a + "\tHEAD\n" + b + "\trefs/heads/staging\n":                      {b, "trunk", a},
		"ref: refs/heads/trunk\tHEAD\n" + a + "\tHEAD\n" + c + "\trefs/heads/main\n":                         {"", "trunk", a},
		a + "\tHEAD\n" + b + "\trefs/heads/master\n" + c + "\trefs/heads/staging\n":                          {c, "", a}, // HEAD is detached
		b + "\trefs/heads/master\n" + c + "\trefs/heads/main\n":                                              {},
		a + "\trefs/remotes/theirs/HEAD\n" + b + "\trefs/tags/refs/heads/staging\n":                          {},
		"ref: refs/heads/theirs\trefs/remotes/origin/HEAD\n" + b + "\trefs/x/refs/heads/main\n":              {},
		"ref: refs/tags/v1\tHEAD\n" + a + "\tHEAD\n":                                                         {"", "", a},
		c + "\trefs/heads/staging\n" + b + "\trefs/heads/x/refs/heads/staging\n" + a + "\trefs/heads/main\n": {Tip: c},
	} {
		if got := parseHeads(listed, "staging"); got != want {
			t.Errorf("%q: got %+v, want %+v", listed, got, want)
		}
	}
}

// A clone of CI's has one branch, and little of its past.
func TestTheDefaultBranchIsFetchedWhereACloneLacksIt(t *testing.T) {
	origin := newRepository(t)
	first := origin.commit("first")
	origin.git("checkout", "-q", "-b", "staging")
	staging := origin.commit("second")
	origin.git("checkout", "-q", "main")
	origin.write("hubops.yaml", "a: 1")
	main := origin.commit("third")
	for name, options := range map[string][]string{
		"shallow": {"--depth=1", "--branch=staging"}, "one branch": {"--single-branch", "--branch=staging"}, "whole": {"--branch=staging"},
	} {
		t.Run(name, func(t *testing.T) {
			clone := repository{t, origin.cloned(options...).dir, origin.runner}
			before := clone.git("rev-parse", "--is-shallow-repository")
			repo := clone.open()
			heads, known, err := repo.Heads(t.Context(), "staging")
			if err != nil || !known || heads != (Heads{staging, "main", main}) {
				t.Fatalf("got %+v, %v, %v", heads, known, err)
			}
			if err := repo.Obtain(t.Context(), heads.Default, heads.DefaultTip); err != nil {
				t.Fatal(err)
			}
			for _, reader := range []*Repo{repo, clone.open()} { // the next run too
				if content, err := reader.FileAt(t.Context(), main, "hubops.yaml"); string(content) != "a: 1" || err != nil {
					t.Errorf("got %q, %v", content, err)
				}
			}
			if _, err := repo.git(t.Context(), "cat-file", "-e", first); (err == nil) != (before == "false") {
				t.Errorf("the past was fetched too, or is lost: %v", err)
			}
			if after := clone.git("rev-parse", "--is-shallow-repository"); after != before {
				t.Errorf("the clone was shallow: %s, is: %s", before, after)
			}
			if clone.git("fsck"); clone.git("rev-parse", "HEAD") != staging {
				t.Error("another commit is checked out")
			}
			// Nobody is asked for what is there.
			clone.git("remote", "set-url", "origin", "file:///nowhere")
			if err := repo.Obtain(t.Context(), heads.Default, heads.DefaultTip); err != nil {
				t.Error(err)
			}
			if err := repo.Obtain(t.Context(), heads.Default, strings.Repeat("a", 40)); err == nil {
				t.Error("no error")
			}
			if _, known, err := repo.Heads(t.Context(), "staging"); !known || err == nil {
				t.Errorf("got %v, %v", known, err)
			}
			if _, err := os.Stat(filepath.Join(clone.dir, "hubops.yaml")); err == nil {
				t.Error("the working tree was changed")
			}
		})
	}
}
