package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// listens DIR PROGRAM makes sure that a process of the program, with the directory among its arguments, takes connections by TCP;
// negated, that there is such a process and that it takes none.
func listens(ts *testscript.TestScript, neg bool, args []string) {
	pids := slices.DeleteFunc(pidsWith(args[0]), func(pid int) bool {
		content, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "cmdline"))
		name, _, _ := strings.Cut(string(content), "\x00")
		return err != nil || filepath.Base(name) != args[1]
	})
	if len(pids) == 0 {
		ts.Fatalf("there is no %s of %s", args[1], args[0])
	}
	for _, pid := range pids {
		if found := tcpListeners(ts, pid); (len(found) == 0) != neg {
			ts.Fatalf("%s (process %d) listens at %q", args[1], pid, found)
		}
	}
}

// tcpListeners returns the addresses at which a process takes connections, as the kernel writes them: proc_pid_net(5).
func tcpListeners(ts *testscript.TestScript, pid int) []string {
	const address, state, inode, listening = 1, 3, 9, "0A"
	process := filepath.Join("/proc", strconv.Itoa(pid))
	files, err := filepath.Glob(filepath.Join(process, "fd", "*"))
	ts.Check(err)
	var sockets []string
	for _, file := range files {
		if target, err := os.Readlink(file); err == nil {
			sockets = append(sockets, target)
		}
	}
	var found []string
	for _, table := range []string{"tcp", "tcp6"} {
		content, err := os.ReadFile(filepath.Join(process, "net", table))
		ts.Check(err)
		for line := range strings.Lines(string(content)) {
			fields := strings.Fields(line)
			if len(fields) > inode && fields[state] == listening && slices.Contains(sockets, "socket:["+fields[inode]+"]") {
				found = append(found, fields[address])
			}
		}
	}
	return found
}
