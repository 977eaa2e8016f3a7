package git_test

import (
	"path/filepath"
	"slices"
	"testing"

	"hub-ops/magefiles/internal/git/gittest"
)

// Hubs can lie below the top of a clone, which may have hubs of its own: each question is about those that the directory has.
func TestBelowTheTopOfAClone(t *testing.T) {
	top := gittest.New(t, "hubops.yaml", "top", "secrets/a.yaml", "ENC top", "sub/hubops.yaml", "below", "sub/secrets/b.yaml", "ENC below", "sub/images/a/Dockerfile", "FROM x\n")
	before := top.Git("rev-parse", "HEAD")
	top.Write("sub/images/a/Dockerfile", "FROM y\n", "hubops.yaml", "newer")
	top.Commit()
	below := *top
	below.Dir = filepath.Join(top.Dir, "sub")
	repo, ctx := below.Repo(), t.Context()
	for file, want := range map[string]string{"hubops.yaml": "below", "secrets/b.yaml": "ENC below", "secrets/a.yaml": "", "sub/hubops.yaml": ""} {
		if got, err := repo.FileAt(ctx, "HEAD", file); err != nil || string(got) != want {
			t.Errorf("%s: got %q, %v", file, got, err)
		}
	}
	if got, err := repo.FilesWith(ctx, "HEAD", "ENC"); err != nil || !slices.Equal(got, []string{"secrets/b.yaml"}) {
		t.Errorf("got %q, %v", got, err)
	}
	if got, err := repo.FilesAt(ctx, "HEAD"); err != nil || !slices.Equal(got, []string{"hubops.yaml", "images/a/Dockerfile", "secrets/b.yaml"}) {
		t.Errorf("got %q, %v", got, err)
	}
	if files, _, err := repo.Since(ctx, before, "images/a"); err != nil || !slices.Equal(files, []string{"Dockerfile"}) {
		t.Errorf("got %q, %v", files, err)
	}
	top.Write("sub/images/a/x", "x", "sub/hubops.yaml", "changed")
	if got, err := repo.Changed(ctx, "images"); err != nil || !slices.Equal(got, []string{"images/a/x"}) {
		t.Errorf("got %q, %v", got, err)
	}
	if trees, err := repo.TreesBelow(ctx, "images"); err != nil || len(trees) != 1 || trees["images/a"].Hash == "" || !trees["images/a"].Dirty() {
		t.Errorf("got %+v, %v", trees, err)
	}
}
