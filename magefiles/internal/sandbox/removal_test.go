package sandbox

import (
	"os"
	"path/filepath"
	"testing"
)

// A sandbox:down that is killed leaves what the next one knows as a sandbox.
func TestWhatMarksASandboxIsRemovedLast(t *testing.T) {
	s := &Sandbox{Dir: filepath.Join(t.TempDir(), "box")}
	if err := s.mark(); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{".a", "node/etcd", "z"} {
		if err := os.MkdirAll(s.path(dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := emptyBut(s.Dir, marker); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(s.Dir)
	if err != nil || len(entries) != 1 || entries[0].Name() != marker {
		t.Errorf("left are %v, %v", entries, err)
	}
	if err := s.checkDir(); err != nil {
		t.Error(err)
	}
	if err := s.removeAll(); err != nil || there(s.Dir) {
		t.Errorf("it is still there, %v", err)
	}
	if err := s.removeAll(); err != nil {
		t.Error(err)
	}
}

func there(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
