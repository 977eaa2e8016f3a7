package scratch

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestMain is also the run that is killed: it makes its directories, tells them, and waits.
func TestMain(m *testing.M) {
	if os.Getenv("SCRATCH_RUN") == "" {
		os.Exit(m.Run())
	}
	large, private, _, err := New("")
	fmt.Println(large, private, err)
	time.Sleep(time.Minute)
}

func exists(dir string) bool {
	_, err := os.Stat(dir)
	return err == nil
}

func TestDirectoriesAreOursAloneAndGoAway(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	large, private, remove, err := New("")
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{large, private} {
		if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("%s: %v, %v", dir, info, err)
		}
	}
	if inMemory(sharedMemory) && !inMemory(private) {
		t.Errorf("%s is on a disk", private)
	}
	remove()
	if exists(large) || exists(private) {
		t.Errorf("left: %s, %s", large, private)
	}
}

// What another run has is left alone while it lives, and swept by the next once it was killed.
func TestWhatAKilledRunLeftIsSwept(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	run := exec.CommandContext(t.Context(), os.Args[0])
	run.Env = append(os.Environ(), "SCRATCH_RUN=1")
	out, err := run.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	dirs := strings.Fields(line)
	if err != nil || len(dirs) != 3 || dirs[2] != "<nil>" {
		t.Fatalf("%q, %v", line, err)
	}
	next := func() {
		_, _, remove, err := New("")
		if err != nil {
			t.Fatal(err)
		}
		remove()
	}
	if next(); !exists(dirs[0]) || !exists(dirs[1]) {
		t.Error("a living run's directories were swept")
	}
	_ = run.Process.Kill()
	_ = run.Wait()
	if next(); exists(dirs[0]) || exists(dirs[1]) {
		t.Errorf("what a killed run left is still there: %q", dirs)
	}
}

func TestWithoutALockAgeDecides(t *testing.T) {
	parent := t.TempDir()
	old, young := filepath.Join(parent, prefix+"old"), filepath.Join(parent, prefix+"young")
	for _, dir := range []string{old, young} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chtimes(old, time.Time{}, time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	if sweep(parent); exists(old) || !exists(young) {
		t.Errorf("old: %v, young: %v", exists(old), exists(young))
	}
}
