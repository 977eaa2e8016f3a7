package e2e

import (
	"fmt"
	"maps"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/dev/programs"
)

// TestTheSandboxReachesForNothing runs mage sandbox and mage sandbox:down as on a machine that has Go and Git alone and the
// tools built, and watches every process. None starts a program that is neither there nor built by the project; none calls
// another machine, and so no name server.
func TestTheSandboxReachesForNothing(t *testing.T) {
	t.Parallel()
	programs.Need(t.Context(), t, "strace", programs.Root)
	if err := buildTools(t.Context(), "runc"); err != nil { // that needs gcc
		t.Fatal(err)
	}
	w := newWatched(t, "reach", new(findings))
	bin, box := filepath.Join(w.tmp, "bin"), filepath.Join(w.tmp, "box")
	w.link(bin, "git", "go")
	w.env = append(w.env, "PATH="+bin, "HUBOPS_SANDBOX_DIR="+box, "DOCKER_HOST=unix://"+filepath.Join(w.tmp, "nothing.sock"))
	t.Cleanup(func() { endSandbox(box) })
	calls := w.traced(`"$1" sandbox && "$1" sandbox:down`, filepath.Join(stage.bin, "mage"))

	started, called := startedPrograms(calls), calledAddresses(calls)
	for _, seen := range []string{filepath.Join(stage.bin, "mage"), tool("kubectl"), tool("helm"), filepath.Join(bin, "go"), filepath.Join(bin, "git")} {
		if !slices.Contains(started, seen) {
			t.Errorf("strace has not seen %s among %q", seen, started)
		}
	}
	mayStart := map[string]string{ // all below a directory that ends in a slash
		filepath.Join(stage.bin, "mage"): "what is tested",
		"/bin/sh":                        "runs both targets, and the script before runc",
		bin + "/":                        "what the machine has: Go and Git",
		strings.TrimSpace(w.says("go", "env", "GOROOT")) + "/": "go's own compiler and linker",
		strings.TrimSpace(w.says("git", "--exec-path")) + "/":  "git's own commands",
		filepath.Join(stage.cache, "tools") + "/":              "built from pinned modules",
		box + "/": "kwokctl's links to those, and the program before runc",
		"/check":  "in a directory of buildkitd's own: whether the kernel runs programs of other architectures",
	}
	for _, program := range started {
		if !allowed(program, slices.Collect(maps.Keys(mayStart))) {
			t.Errorf("%s is started", program)
		}
	}
	if !slices.Contains(called, "127.0.0.1") {
		t.Errorf("strace has not seen the API server's address among %q", called)
	}
	for _, address := range called {
		if ip, err := netip.ParseAddr(address); err != nil || !ip.IsLoopback() {
			t.Errorf("%s is called", address)
		}
	}
}

func TestWhatStraceWrites(t *testing.T) {
	const calls = `7 execve("/bin/a", ["a"], 0x7 /* 2 vars */) = 0
8 execve("/usr/bin/b", ["b"], 0x7 /* 2 vars */ <unfinished ...>
9 <... execve resumed>) = -1 ENOENT (No such file or directory)
9 execveat(AT_FDCWD, "/c", ["c"], 0x7 /* 2 vars */, 0) = -1 ENOENT (No such file or directory)
9 connect(3, {sa_family=AF_UNIX, sun_path="/run/s"}, 9) = 0
9 connect(3, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("10.0.0.2")}, 16) = 0
9 connect(3, {sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "::1", &sin6_addr), sin6_scope_id=0}, 28) = -1 EINPROGRESS
9 connect(3, {sa_family=AF_VSOCK, svm_cid=2}, 16 <unfinished ...>
`
	if got := fmt.Sprint(startedPrograms(calls)); got != "[/bin/a /c /usr/bin/b]" {
		t.Errorf("programs: %s", got)
	}
	if got := fmt.Sprint(calledAddresses(calls)); got != "[10.0.0.2 ::1 AF_VSOCK]" {
		t.Errorf("addresses: %s", got)
	}
	if !allowed("/a/b", []string{"/a/"}) || allowed("/a/../b", []string{"/a/"}) || allowed("/ab", []string{"/a"}) {
		t.Error("what may be started is told wrongly")
	}
}

// link puts links to programs of this machine into a directory.
func (w *watched) link(dir string, names ...string) {
	w.t.Helper()
	if err := os.Mkdir(dir, 0o700); err != nil {
		w.t.Fatal(err)
	}
	for _, name := range names {
		path, err := exec.LookPath(name)
		if err == nil {
			err = os.Symlink(path, filepath.Join(dir, name))
		}
		if err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *watched) says(name string, args ...string) string {
	w.t.Helper()
	return string(w.must(name, args...))
}

// traced runs a shell's script to its end, and to that of all it has started, and returns what strace has seen of it.
func (w *watched) traced(script, argument string) string {
	w.t.Helper()
	notes := filepath.Join(w.tmp, "strace")
	strace, err := exec.LookPath("strace")
	if err != nil {
		w.t.Fatal(err)
	}
	cmd := w.command(w.t.Context(), strace, "-f", "--seccomp-bpf", "--quiet=all", "--signal=none", "-s", "4096", "-e", "trace=execve,execveat,connect",
		"-o", notes, "/bin/sh", "-c", script, "sh", argument)
	if out, err := cmd.CombinedOutput(); err != nil {
		w.t.Fatalf("%s: %v\n%s", script, err, out)
	}
	calls, err := os.ReadFile(notes)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(calls)
}

var (
	execution = regexp.MustCompile(`(?m)^\d+ +exec(?:ve|veat)\((?:\w+, )?"([^"]*)"`)
	call      = regexp.MustCompile(`(?m)^\d+ +connect\(\d+, \{sa_family=(\w+)(?:.*(?:inet_addr\(|inet_pton\(AF_INET6, )"([^"]*)")?`)
)

// startedPrograms returns the paths of all programs that were started, or would have been if they were there.
func startedPrograms(calls string) []string {
	var paths []string
	for _, match := range execution.FindAllStringSubmatch(calls, -1) {
		paths = append(paths, match[1])
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// calledAddresses returns the addresses of all that was called; of a family that has none such, the family. Sockets in the
// file system are of this machine, and are left out.
func calledAddresses(calls string) []string {
	var addresses []string
	for _, match := range call.FindAllStringSubmatch(calls, -1) {
		switch {
		case match[1] == "AF_UNIX":
		case match[2] != "":
			addresses = append(addresses, match[2])
		default:
			addresses = append(addresses, match[1])
		}
	}
	slices.Sort(addresses)
	return slices.Compact(addresses)
}

// allowed reports whether a path is one of the paths, or lies below one of those that end in a slash.
func allowed(path string, paths []string) bool {
	return slices.ContainsFunc(paths, func(each string) bool {
		return path == each || strings.HasSuffix(each, "/") && strings.HasPrefix(filepath.Clean(path), each)
	})
}
