package image

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestImagesThatNobodyPushedAreSweptAfterAWhile(t *testing.T) {
	k := &BuildKit{Layouts: t.TempDir()}
	for name, age := range map[string]time.Duration{"old": keptLayouts + time.Hour, "new": time.Hour} {
		dir := filepath.Join(k.Layouts, name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		made := time.Now().Add(-age)
		if err := os.Chtimes(dir, made, made); err != nil {
			t.Fatal(err)
		}
	}
	k.sweep()
	if _, err := os.Stat(filepath.Join(k.Layouts, "old")); !os.IsNotExist(err) {
		t.Errorf("old: %v", err)
	}
	if _, err := os.Stat(filepath.Join(k.Layouts, "new")); err != nil {
		t.Errorf("new: %v", err)
	}
}
