// Package scratch gives a run its private directory, and removes what killed runs left behind.
package scratch

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

const prefix = "hub-ops-run-"

// New makes a directory that only this user can read, and sweeps those of runs that are no longer alive.
// The name holds the process ID; remove ends it.
func New() (dir string, remove func(), err error) {
	sweep(os.TempDir())
	dir, err = os.MkdirTemp("", fmt.Sprintf("%s%d-", prefix, os.Getpid()))
	if err != nil {
		return "", nil, fmt.Errorf("making a private directory: %w", err)
	}
	return dir, func() { _ = os.RemoveAll(dir) }, nil
}

func sweep(parent string) {
	dirs, _ := filepath.Glob(filepath.Join(parent, prefix+"*"))
	for _, dir := range dirs {
		pidText, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(dir), prefix), "-")
		pid, err := strconv.Atoi(pidText)
		// Signal 0 asks whether the process is there; EPERM means that it is, as somebody else's.
		if err == nil && errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			_ = os.RemoveAll(dir)
		}
	}
}
