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

// TestMain is also the run that is killed: it makes its directories, tells them, and waits; and one of those that race.
func TestMain(m *testing.M) {
	switch os.Getenv("SCRATCH_RUN") {
	case "":
		os.Exit(m.Run())
	case "race":
		os.Exit(race())
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

// A directory that never got its lock is of a run that was killed, if it is old; one that lost it is being removed.
func TestWhatHasNoLockIsSwept(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	large, _, remove, err := New("")
	if err != nil {
		t.Fatal(err)
	}
	defer remove()
	place := filepath.Dir(large)
	old, young, lost := filepath.Join(place, beginning+"old"), filepath.Join(place, beginning+"young"), filepath.Join(place, running+"lost")
	for _, dir := range []string{old, young, lost} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chtimes(old, time.Time{}, time.Now().Add(-2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	_, _, removeNext, err := New("")
	if err != nil {
		t.Fatal(err)
	}
	removeNext()
	if exists(old) || !exists(young) || exists(lost) || !exists(large) {
		t.Errorf("old: %v, young: %v, lost: %v, ours: %v", exists(old), exists(young), exists(lost), exists(large))
	}
}

// A path with a colon is two in KUBECONFIG: such a place is passed over, or refused by name.
func TestPlacesThatNoListCanName(t *testing.T) {
	for _, name := range []string{"a:b", "a,b"} {
		odd := filepath.Join(t.TempDir(), name)
		if err := os.Mkdir(odd, 0o700); err != nil {
			t.Fatal(err)
		}
		t.Setenv("TMPDIR", odd)
		if _, _, _, err := New(""); err == nil || !strings.Contains(err.Error(), "set TMPDIR to another directory") {
			t.Errorf("%s: %v", odd, err)
		}
		t.Setenv("TMPDIR", t.TempDir())
		_, private, remove, err := New(odd)
		if err != nil || strings.ContainsAny(private, ":,") {
			t.Errorf("%s: %v", private, err)
			continue
		}
		remove()
	}
}
