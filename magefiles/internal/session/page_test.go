package session

import (
	"os"
	"path/filepath"
	"testing"

	"hub-ops/magefiles/internal/config"
)

func TestAPageIsKeptWholeAndForItsOwnerAlone(t *testing.T) {
	s := &Session{Config: &config.Config{CacheDir: filepath.Join(t.TempDir(), "cache")}}
	for _, content := range []string{"one", "another"} {
		file, err := s.KeepPage("report.html", content)
		if err != nil || file != s.Page("report.html") {
			t.Fatalf("%s, %v", file, err)
		}
		info, err := os.Stat(file)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info.Mode(), err)
		}
		if got, err := os.ReadFile(file); err != nil || string(got) != content {
			t.Errorf("%q, %v", got, err)
		}
	}
	if left, err := os.ReadDir(filepath.Dir(s.Page("x"))); err != nil || len(left) != 1 {
		t.Errorf("left are %v, %v", left, err)
	}
	if err := os.Mkdir(s.Page("fleet.html"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := s.KeepPage("fleet.html", "x"); err == nil {
		t.Error("a directory is no page")
	}
	if left, err := os.ReadDir(filepath.Dir(s.Page("x"))); err != nil || len(left) != 2 {
		t.Errorf("left are %v, %v", left, err)
	}
}
