package layout

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestImagesThatNobodyPushedAreSweptAfterAWhile(t *testing.T) {
	k := Store{t.TempDir()}
	for name, age := range map[string]time.Duration{"old": keptLayouts + time.Hour, "new": time.Hour} {
		dir := filepath.Join(k.Dir, name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		made := time.Now().Add(-age)
		if err := os.Chtimes(dir, made, made); err != nil {
			t.Fatal(err)
		}
	}
	blobs := filepath.Join(k.Dir, blobsOfLayouts, "sha256")
	if err := os.MkdirAll(blobs, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, age := range map[string]time.Duration{"unused": keptLayouts + time.Hour, "used": time.Hour} {
		made := time.Now().Add(-age)
		if err := os.WriteFile(filepath.Join(blobs, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(filepath.Join(blobs, name), made, made); err != nil {
			t.Fatal(err)
		}
	}
	long := time.Now().Add(-2 * keptLayouts)
	if err := os.Chtimes(filepath.Dir(blobs), long, long); err != nil {
		t.Fatal(err)
	}
	k.Sweep()
	for name, want := range map[string]bool{"unused": false, "used": true} {
		if _, err := os.Stat(filepath.Join(blobs, name)); (err == nil) != want {
			t.Errorf("blob %s: %v", name, err)
		}
	}
	if _, err := os.Stat(filepath.Join(k.Dir, "old")); !os.IsNotExist(err) {
		t.Errorf("old: %v", err)
	}
	if _, err := os.Stat(filepath.Join(k.Dir, "new")); err != nil {
		t.Errorf("new: %v", err)
	}
}
