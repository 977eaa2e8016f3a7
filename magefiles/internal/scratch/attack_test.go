package scratch

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"hub-ops/magefiles/internal/dev/programs"
)

// nobody is a user who owns nothing.
const nobody = 65534

// Whatever another user puts where a run makes its directories, the run goes on, in directories of its own, and touches nothing else.
func TestAnotherUserCannotStopARun(t *testing.T) {
	programs.Need(t.Context(), t, programs.Root)
	base := fmt.Sprintf("hub-ops-%d", os.Geteuid())
	for name, attack := range map[string]string{
		"a directory":                 "mkdir BASE && chmod 777 BASE",
		"a directory with a FIFO":     "mkdir BASE BASE/run-x && mkfifo BASE/run-x/.lock && chmod -R 777 BASE",
		"a file":                      "touch BASE",
		"a FIFO":                      "mkfifo BASE",
		"a link to what is root's":    "ln -s VICTIM BASE",
		"a link to a link":            "ln -s BASE-x BASE && ln -s VICTIM BASE-x",
		"a link that leads nowhere":   "ln -s VICTIM/nothing BASE",
		"a link to itself":            "ln -s ./BASE BASE",
		"further directories":         "for i in 1 2 3 4 5 6 7 8 9; do mkdir BASE-$i; mkfifo BASE-$i/.lock; done; mkdir BASE",
		"a FIFO as the lock of a run": "mkdir hub-ops-run-x && mkfifo hub-ops-run-x/.lock",
		"a link as the lock of a run": "mkdir hub-ops-run-x && ln -s VICTIM/made hub-ops-run-x/.lock",
	} {
		t.Run(name, func(t *testing.T) {
			shared, victim := sharedDir(t), t.TempDir()
			if err := os.Chmod(victim, 0o700); err != nil {
				t.Fatal(err)
			}
			asNobody(t, shared, strings.NewReplacer("BASE", base, "VICTIM", victim).Replace(attack))
			t.Setenv("TMPDIR", shared)
			for range 3 {
				remove := newInTime(t)
				defer remove()
			}
			if entries, err := os.ReadDir(victim); err != nil || len(entries) > 0 {
				t.Errorf("where a link led to there is now %v, %v", entries, err)
			}
		})
	}
}

// newInTime calls New, which must not wait for anybody.
func newInTime(t *testing.T) (remove func()) {
	t.Helper()
	made := make(chan struct{})
	var large string
	var err error
	go func() {
		large, _, remove, err = New("")
		close(made)
	}()
	select {
	case <-made:
	case <-time.After(10 * time.Second):
		t.Fatal("the run hangs")
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{large, filepath.Dir(large)} {
		info, err := os.Lstat(dir)
		if err != nil || !info.IsDir() || info.Mode().Perm() != 0o700 || info.Sys().(*syscall.Stat_t).Uid != 0 {
			t.Errorf("%s is not ours alone: %v, %v", dir, info, err)
		}
	}
	return remove
}

// sharedDir is a directory as /tmp is.
func sharedDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for parent := dir; len(parent) > len(os.TempDir()); parent = filepath.Dir(parent) {
		if err := os.Chmod(parent, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(dir, 0o777|os.ModeSticky); err != nil {
		t.Fatal(err)
	}
	return dir
}

func asNobody(t *testing.T, dir, script string) {
	t.Helper()
	attack := exec.CommandContext(t.Context(), "/bin/sh", "-ec", script)
	attack.Dir = dir
	attack.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	if out, err := attack.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", script, err, out)
	}
}

// Where everybody may rename everything, there is no private directory.
func TestADirectoryThatOthersMayRename(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", dir)
	if _, _, _, err := New(""); err == nil || !strings.Contains(err.Error(), "every user may rename what is in "+dir) {
		t.Errorf("%v", err)
	}
}

// A directory of this user's that others may read is not taken.
func TestADirectoryThatOthersMayRead(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	open := filepath.Join(dir, fmt.Sprintf("hub-ops-%d", os.Geteuid()))
	if err := os.Mkdir(open, 0o755); err != nil {
		t.Fatal(err)
	}
	large, _, remove, err := New("")
	if err != nil {
		t.Fatal(err)
	}
	remove()
	if filepath.Dir(large) == open {
		t.Errorf("%s can be read by everybody", large)
	}
}
