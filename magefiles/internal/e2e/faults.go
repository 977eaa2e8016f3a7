package e2e

import (
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// signals PROGRAM SIGNAL sends KILL, STOP or CONT to a program of the sandbox's real node, such as kubelet.
func signals(ts *testscript.TestScript, _ bool, args []string) {
	signal := map[string]syscall.Signal{"KILL": syscall.SIGKILL, "STOP": syscall.SIGSTOP, "CONT": syscall.SIGCONT}[args[1]]
	ts.Check(syscall.Kill(pidOf(ts, args[0]), signal))
}

// nodeRegistry away|back makes the sandbox's registry one that the real node cannot reach, or can again: by a rule in the node's own network.
func nodeRegistry(ts *testscript.TestScript, _ bool, args []string) {
	_, port, err := net.SplitHostPort(state(ts).Registry)
	ts.Check(err)
	ts.Check(ts.Exec("nsenter", "--net=/proc/"+strconv.Itoa(pidOf(ts, "kubelet"))+"/ns/net", "iptables", map[string]string{"away": "--insert", "back": "--delete"}[args[0]],
		"OUTPUT", "--protocol", "tcp", "--destination-port", port, "--jump", "REJECT", "--reject-with", "tcp-reset"))
}

// pidOf finds a program of the sandbox.
func pidOf(ts *testscript.TestScript, program string) int {
	for _, pid := range pidsWith(stage.sandboxDir) {
		content, _ := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "cmdline"))
		path, _, _ := strings.Cut(string(content), "\x00")
		if filepath.Base(path) == program {
			return pid
		}
	}
	ts.Fatalf("the sandbox runs no %s", program)
	return 0
}

// sleeps DURATION stops what this test has started and all processes of the sandbox's real node for so long, containers too, as a laptop does that
// is closed.
func sleeps(ts *testscript.TestScript, _ bool, args []string) {
	length, err := time.ParseDuration(args[0])
	ts.Check(err)
	all := descendants(os.Getpid())
	for _, pid := range pidsWith(stage.sandboxDir) {
		all = append(append(all, pid), descendants(pid)...)
	}
	tell := func(signal syscall.Signal) {
		for _, pid := range all {
			_ = syscall.Kill(pid, signal) // one that has ended does not sleep
		}
	}
	defer tell(syscall.SIGCONT)
	tell(syscall.SIGSTOP)
	time.Sleep(length)
}
