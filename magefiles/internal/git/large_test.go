package git

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A file that is too large is refused before it is read, whether it is committed, changed or made by a filter; what is no file is left
// out, and nothing waits for it.
func TestFilesThatAreTooLarge(t *testing.T) {
	r := newRepository(t)
	zeros := func(name string) {
		r.write(name, "")
		if err := os.Truncate(filepath.Join(r.dir, name), 3*Largest/2); err != nil {
			t.Fatal(err)
		}
	}
	r.write("c/Chart.yaml", "a")
	r.write("c/fifo", "a")
	r.write(".gitattributes", "*.grown filter=grow\n")
	r.write("c/x.grown", "a")
	zeros("c/committed")
	r.git("add", "-A")
	r.git("commit", "-qm", "one")
	r.git("config", "filter.grow.smudge", "head -c 157286400 /dev/zero")
	zeros("c/new")
	if err := os.Remove(filepath.Join(r.dir, "c/fifo")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"c/fifo", "c/another"} {
		if err := syscall.Mkfifo(filepath.Join(r.dir, name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		s, err := r.open().Snapshot(t.Context())
		if err != nil {
			t.Error(err)
			return
		}
		if got := strings.Join(s.Below("c"), " "); got != "c/Chart.yaml c/committed c/new c/x.grown" {
			t.Errorf("the files are %s", got)
		}
		for _, name := range []string{"c/committed", "c/new", "c/x.grown"} {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := s.Read(t.Context(), "c/Chart.yaml", name)
			runtime.ReadMemStats(&after)
			if err == nil || !strings.HasPrefix(err.Error(), name+": has 1") || !strings.Contains(err.Error(), "no file of a chart has more than 100") {
				t.Errorf("%s: %v", name, err)
			}
			if grown := after.TotalAlloc - before.TotalAlloc; name != "c/x.grown" && grown > Largest/10 {
				t.Errorf("%s: %d MiB were allocated", name, grown>>20)
			}
		}
	}()
	select {
	case <-done:
	case <-time.After(2 * time.Minute):
		t.Fatal("it waits for a FIFO")
	}
}
