package sandbox

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"hub-ops/magefiles/internal/sandbox/node"
)

// removeCgroup removes the cgroup of the sandbox's pods, of cgroup v2 or of each controller of v1. It is empty: a process that has just been
// killed may take a moment to leave it.
func (s *Sandbox) removeCgroup() error {
	var found []string
	for _, pattern := range []string{"/sys/fs/cgroup/", "/sys/fs/cgroup/*/"} {
		tops, err := filepath.Glob(pattern + node.Cgroup(s.Dir))
		if err != nil {
			return err
		}
		found = append(found, tops...)
	}
	var err error
	for start := time.Now(); time.Since(start) < 10*time.Second; time.Sleep(50 * time.Millisecond) {
		if err = removeEach(found); err == nil {
			return nil
		}
	}
	return fmt.Errorf("removing the cgroup of the sandbox's pods: %w", err)
}

// removeEach removes cgroups with those inside. The kernel's files in them go with them.
func removeEach(tops []string) (failed error) {
	for _, top := range tops {
		var dirs []string
		err := filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && entry.IsDir() {
				dirs = append(dirs, path)
			}
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			return err
		})
		failed = errors.Join(failed, err)
		for _, dir := range slices.Backward(dirs) {
			if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
				failed = errors.Join(failed, err)
			}
		}
	}
	return failed
}
