package git

import (
	"os"
	"path/filepath"
	"testing"
)

// A pull request as CI checks it out: the merge that GitHub makes of it, or the branch's own commit, with all of the past or next to nothing of it.
func TestWhatAPullRequestIsComparedWith(t *testing.T) {
	origin := newRepository(t)
	origin.write("hub/values.yaml", "a: 1")
	base := origin.commit("base")
	origin.git("checkout", "-q", "-b", "change")
	origin.write("hub/values.yaml", "a: 2")
	change := origin.commit("change")
	origin.git("checkout", "-q", "-b", "merged", base)
	origin.git("merge", "-q", "--no-ff", "--no-edit", change)
	origin.git("checkout", "-q", "main")
	origin.write("other", "x")
	moved := origin.commit("main has moved on")
	origin.git("config", "uploadpack.allowAnySHA1InWant", "true")
	for name, test := range map[string]struct {
		options []string
		told    string
		want    string // "" for an error
	}{
		"a merge, whole":       {[]string{"--branch=merged"}, "", base},
		"a merge, shallow":     {[]string{"--depth=1", "--branch=merged"}, "", base},
		"a branch, whole":      {[]string{"--branch=change"}, "", base},
		"a branch, shallow":    {[]string{"--depth=1", "--branch=change"}, "", ""},
		"told, shallow":        {[]string{"--depth=1", "--branch=change"}, base, base},
		"told what is nowhere": {[]string{"--branch=change"}, "0123456789012345678901234567890123456789", base},
		"nothing to merge":     {[]string{"--branch=main"}, "", moved},
	} {
		t.Run(name, func(t *testing.T) {
			clone := repository{t, origin.cloned(test.options...).dir, origin.runner}
			repo := clone.open()
			got, err := repo.Base(t.Context(), "main", test.told)
			if got != test.want || (err == nil) != (test.want != "") {
				t.Fatalf("got %q, %v; want %q", got, err, test.want)
			}
			if err != nil {
				return
			}
			if _, err := repo.FileAt(t.Context(), got, "hub/values.yaml"); err != nil {
				t.Errorf("the clone does not have it: %v", err)
			}
		})
	}
}

func TestACommitIsLaidOutBesideTheRepository(t *testing.T) {
	source := newRepository(t)
	source.write("below/hub/values.yaml", "a: 1")
	source.write(".gitattributes", "*.yaml filter=evil")
	first := source.commit("first")
	source.write("below/hub/values.yaml", "a: 2")
	source.commit("second")
	source.git("config", "filter.evil.smudge", "touch "+filepath.Join(source.dir, "ran")+"; cat")
	before := source.git("status", "--porcelain") + source.git("rev-parse", "HEAD")
	dir := filepath.Join(t.TempDir(), "base")
	root, err := source.open().Lay(t.Context(), first, dir)
	if err != nil || root != dir {
		t.Fatalf("%q, %v", root, err)
	}
	if content, err := os.ReadFile(filepath.Join(dir, "below", "hub", "values.yaml")); err != nil || string(content) != "a: 1" {
		t.Errorf("%q, %v", content, err)
	}
	if _, err := os.Stat(filepath.Join(source.dir, "ran")); err == nil {
		t.Error("a filter of the repository's configuration ran")
	}
	laid := repository{t, dir, source.runner}.open()
	if head, err := laid.Head(t.Context()); err != nil || head.Hash != first {
		t.Errorf("%+v, %v", head, err)
	}
	if snapshot, err := laid.Snapshot(t.Context()); err != nil || len(snapshot.removed)+len(snapshot.lost) > 0 {
		t.Errorf("it is not clean: %v", err)
	}
	if after := source.git("status", "--porcelain") + source.git("rev-parse", "HEAD"); after != before {
		t.Errorf("the repository was %q, and is %q", before, after)
	}
	if _, err := source.open().Lay(t.Context(), "--upload-pack=x", t.TempDir()); err == nil {
		t.Error("an option is a commit")
	}
}
