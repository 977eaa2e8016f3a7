package sandbox

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"hub-ops/magefiles/internal/dev/programs"
)

// An option, a URL and a list name a path in the sandbox; a longer path that ends with the sandbox's does not.
func TestPathOfASandboxIsNoPartOfAnother(t *testing.T) {
	for argument, want := range map[string]bool{
		"/sandbox/kwok": true, "--data-dir=/sandbox/etcd": true, "unix:///sandbox/buildkitd.sock": true, "a:/sandbox/a": true, "/a,/sandbox/a": true,
		"/root/.cache/sandbox/kwok": false, "--data-dir=/root/.cache/hub-ops/sandbox/etcd": false, "/sandbox": false, "/sandbox-b/kwok": false, "": false,
		"/x/sandbox/a,/sandbox/b": true,
	} {
		if got := names(argument, "/sandbox"); got != want {
			t.Errorf("%q: got %v", argument, got)
		}
	}
}

// starts lets something run under a name that has a path in dir among its arguments, until the test ends. before are the words of a command that starts
// it, script what it does first.
func starts(t *testing.T, name, dir, script string, before ...string) *exec.Cmd {
	t.Helper()
	program := filepath.Join(t.TempDir(), name)
	if err := os.Symlink("/bin/sh", program); err != nil {
		t.Fatal(err)
	}
	words := append(slices.Clone(before), program, "-c", script+"echo runs; read end", name, "--data-dir="+dir+"/etcd")
	cmd := exec.CommandContext(t.Context(), words[0], words[1:]...)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said, err := bufio.NewReader(stdout).ReadString('\n')
	ended := make(chan struct{})
	go func() { // otherwise it stays in the table
		_ = cmd.Wait()
		close(ended)
	}()
	t.Cleanup(func() {
		_ = stdin.Close()
		<-ended
	})
	if err != nil {
		t.Fatalf("%q, %v", said, err)
	}
	return cmd
}

func found(t *testing.T, dir string, cmd *exec.Cmd) bool {
	t.Helper()
	pids, err := processes(dir)
	if err != nil {
		t.Fatal(err)
	}
	return pids[cmd.Process.Pid] == "etcd"
}

// The sandbox of a container has the path of this machine's, and something else there.
func TestProcessesOfAnotherSandboxOfTheSamePathAreLeftAlone(t *testing.T) {
	programs.Need(t.Context(), t, programs.Root, "unshare", "mount")
	dir, other := t.TempDir(), t.TempDir()
	ours, contained := starts(t, "etcd", dir, ""), starts(t, "etcd", dir, "mount --bind "+other+" "+dir+" && ", "unshare", "--mount")
	if !found(t, dir, ours) || found(t, dir, contained) {
		t.Errorf("found are this machine's: %v, a container's: %v", found(t, dir, ours), found(t, dir, contained))
	}
	if err := endProcesses(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(contained.Process.Pid, 0); err != nil {
		t.Errorf("the container's has ended: %v", err)
	}
}

// ending names the sandbox that a second run of TestProcessesOfAnotherUserAreLeftAlone, as nobody, is to end.
const ending = "ENDING_OF_A_SANDBOX"

// Somebody else on this machine can name a process as he likes.
func TestProcessesOfAnotherUserAreLeftAlone(t *testing.T) {
	if dir := os.Getenv(ending); dir != "" {
		if err := endProcesses(t.Context(), dir); err != nil {
			t.Error(err)
		}
		return
	}
	programs.Need(t.Context(), t, programs.Root)
	dir := t.TempDir()
	if err := errors.Join(os.Chmod(filepath.Dir(dir), 0o755), os.Chown(dir, 65534, 65534)); err != nil { // #nosec G302 -- nobody has to reach it
		t.Fatal(err)
	}
	theirs := starts(t, "etcd", dir, "")
	nobody := exec.CommandContext(t.Context(), "/proc/self/exe", "-test.run=^"+t.Name()+"$")
	nobody.Dir, nobody.Env = "/", append(os.Environ(), ending+"="+dir)
	nobody.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	if out, err := nobody.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	if !found(t, dir, theirs) {
		t.Error("it has ended")
	}
}

// A privileged container's shell starts a sandbox, and another one without its rights is to end it: that must not count as done.
func TestProcessesThatWereStartedWithMoreRightsAreTold(t *testing.T) {
	if dir := os.Getenv(ending); dir != "" {
		if err := endProcesses(t.Context(), dir); err == nil || !strings.Contains(err.Error(), "etcd, is of the sandbox in "+dir) {
			t.Errorf("got %v", err)
		}
		return
	}
	programs.Need(t.Context(), t, programs.Root, "setpriv")
	dir := t.TempDir()
	left := starts(t, "etcd", dir, "")
	less := exec.CommandContext(t.Context(), "setpriv", "--bounding-set", "-sys_ptrace,-sys_admin", "--inh-caps", "-sys_ptrace,-sys_admin", os.Args[0], "-test.run=^"+t.Name()+"$")
	less.Env = append(os.Environ(), ending+"="+dir)
	if out, err := less.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	if !found(t, dir, left) {
		t.Error("it has ended")
	}
}

// Somebody removes the directory by hand: what was started there is found, and ended by the next sandbox:down.
func TestSandboxWhoseDirectoryWasRemovedIsEnded(t *testing.T) {
	s := &Sandbox{Dir: filepath.Join(t.TempDir(), "box")}
	if err := s.mark(); err != nil {
		t.Fatal(err)
	}
	left := starts(t, "etcd", s.Dir, "")
	if err := os.RemoveAll(s.Dir); err != nil {
		t.Fatal(err)
	}
	if !found(t, s.Dir, left) {
		t.Fatal("it is not found")
	}
	if err := s.Down(t.Context()); err != nil || found(t, s.Dir, left) {
		t.Errorf("it runs on, %v", err)
	}
}
