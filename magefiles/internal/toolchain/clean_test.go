package toolchain

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gofrs/flock"
)

func TestCleanLeavesTheToolsAndNothingElse(t *testing.T) {
	box, _ := newBox(t, t.TempDir())
	built, err := box.Pinned(t.Context(), "helm")
	if err != nil {
		t.Fatal(err)
	}
	// Directories of go's own, which nobody can write to, and a file beside them that is somebody else's.
	module := filepath.Join(box.sources(), "example.org", "x@v1.0.0")
	if err := os.MkdirAll(module, 0o750); err != nil {
		t.Fatal(err)
	}
	theirs := filepath.Join(box.Cache, "theirs")
	for _, file := range []string{filepath.Join(module, "x.go"), theirs} {
		if err := os.WriteFile(file, []byte("package x\n"), 0o400); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(module, 0o500); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(module, 0o700) }) // #nosec G302 -- a directory
	freed, err := box.Clean(t.Context())
	if err != nil || freed != int64(len("package x\n")) {
		t.Errorf("%d bytes, %v", freed, err)
	}
	if _, err := os.Lstat(box.sources()); err == nil {
		t.Errorf("%s is left", box.sources())
	}
	for _, kept := range []string{built, theirs, box.compiled() + "/README"} { // of which the last is behind a link
		if _, err := os.Stat(kept); err != nil {
			t.Error(err)
		}
	}
	if freed, err := box.Clean(t.Context()); err != nil || freed != 0 {
		t.Errorf("again: %d bytes, %v", freed, err)
	}
}

func TestCleanWaitsForNobodysBuild(t *testing.T) {
	box, _ := newBox(t, t.TempDir())
	if _, err := box.Pinned(t.Context(), "helm"); err != nil {
		t.Fatal(err)
	}
	lock := flock.New(filepath.Join(box.Cache, "tools", ".cluster.lock"))
	if taken, err := lock.TryLock(); err != nil || !taken {
		t.Fatal(taken, err)
	}
	defer func() { _ = lock.Unlock() }()
	if _, err := box.Clean(t.Context()); err == nil || !strings.Contains(err.Error(), "another run builds the tools of cluster, nothing was removed") {
		t.Errorf("got %v", err)
	}
}
