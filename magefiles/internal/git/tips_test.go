package git

import (
	"slices"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/exit"
)

func (r repository) commit(message string) string {
	r.Helper()
	r.git("add", "--all")
	r.git("commit", "-q", "--allow-empty", "-m", message)
	return r.git("rev-parse", "HEAD")
}

// cloned is a clone of r.
func (r repository) cloned(options ...string) repository {
	r.Helper()
	clone := repository{r.T, r.TempDir(), r.runner}
	r.git(append(append([]string{"clone", "-q"}, options...), "file://"+r.dir, clone.dir)...)
	return clone
}

func TestTipsAreOfEveryBranchHereAndThere(t *testing.T) {
	origin := newRepository(t)
	first := origin.commit("first")
	origin.git("checkout", "-q", "-b", "staging")
	second := origin.commit("second")
	clone := origin.cloned()
	clone.git("checkout", "-q", "-b", "mine", "origin/main")
	third := clone.commit("third")
	tips, err := clone.open().Tips(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []Tip{{"HEAD", third}, {"mine", third}, {"main", first}, {"staging", second}} {
		if !slices.Contains(tips, want) {
			t.Errorf("%v is not among %v", want, tips)
		}
	}

	// What others have pushed since must be fetched first.
	origin.commit("fourth")
	if _, err := clone.open().Tips(t.Context()); err == nil || !strings.Contains(err.Error(), "newer commit of branch staging than this clone; run 'git fetch origin'") {
		t.Errorf("got %v", err)
	}
	clone.git("fetch", "-q")
	if _, err := clone.open().Tips(t.Context()); err != nil {
		t.Error(err)
	}
	clone.git("remote", "set-url", "origin", "file:///nowhere")
	if _, err := clone.open().Tips(t.Context()); err == nil || exit.Code(err) != exit.Setup || !strings.Contains(err.Error(), "asking the remote origin for its branches") {
		t.Errorf("got %v", err)
	}
}

func TestShallowCloneDoesNotShowEveryBranch(t *testing.T) {
	origin := newRepository(t)
	origin.commit("first")
	origin.commit("second")
	if _, err := origin.cloned("--depth", "1").open().Tips(t.Context()); err == nil || exit.Code(err) != exit.BadInput || !strings.Contains(err.Error(), "this clone is shallow") {
		t.Errorf("got %v", err)
	}
}

func TestWhatACommitHolds(t *testing.T) {
	r := newRepository(t)
	r.write("user-images/a/Dockerfile", "FROM scratch\n")
	r.write("hubops.yaml", "jobs: 2\n")
	r.write("hub-charts/a/values.yaml", "tag: t0123456789ab\nother: [t0123456789ab-dirty-01234567, tab]\n")
	then := r.commit("first")
	want := r.git("rev-parse", "HEAD:user-images/a")
	r.git("rm", "-rq", ".")
	now := r.commit("second")
	repo := r.open()
	trees, err := repo.TreesAt(t.Context(), then, "user-images")
	if err != nil || trees["a"].Hash != want || trees["a"].Dirty() {
		t.Errorf("%+v, %v", trees, err)
	}
	if trees, err := repo.TreesAt(t.Context(), now, "user-images"); err != nil || len(trees) > 0 {
		t.Errorf("%+v, %v", trees, err)
	}
	for commit, want := range map[string]string{then: "jobs: 2\n", now: ""} {
		if content, err := repo.FileAt(t.Context(), commit, "hubops.yaml"); err != nil || string(content) != want {
			t.Errorf("%q, %v", content, err)
		}
	}
}
