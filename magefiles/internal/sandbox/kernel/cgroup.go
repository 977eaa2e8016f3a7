// Package kernel tries what a real node needs of this machine's kernel, before anything is built, and keeps the cgroup that the node's pods
// are in. Package sandbox calls it.
package kernel

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"hub-ops/magefiles/internal/exit"
)

// top is where the kernel shows cgroups.
const top = "/sys/fs/cgroup"

// hierarchies returns where cgroups are made below the directory top: once for cgroup v2, and for each controller of v1. There "cpu" may be a link
// to "cpu,cpuacct", as systemd has it.
func hierarchies(top string) ([]string, error) {
	if _, err := os.Stat(filepath.Join(top, "cgroup.controllers")); err == nil {
		return []string{top}, nil
	}
	entries, err := os.ReadDir(top)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, entry := range entries {
		path := filepath.Join(top, entry.Name())
		if info, err := os.Stat(path); err == nil && info.IsDir() && entry.Name() != "unified" {
			found = append(found, path)
		}
	}
	for _, controller := range []string{"memory", "cpu"} {
		if !slices.Contains(found, filepath.Join(top, controller)) {
			return nil, errors.New("no cgroups of memory and cpu in " + top)
		}
	}
	return found, nil
}

// MakeCgroup makes the cgroup that all pods are in. It has this machine's processors and memory.
func MakeCgroup(name string) error {
	tops, err := hierarchies(top)
	if err != nil {
		return err
	}
	for _, top := range tops {
		if err := enable(top); err != nil {
			return noLimits(top, err)
		}
		if err := os.MkdirAll(filepath.Join(top, name), 0o755); err != nil { // #nosec G301 -- as everywhere
			return fmt.Errorf("no cgroup can be made: %w", err)
		}
		for _, set := range []string{"cpuset.cpus", "cpuset.mems"} {
			if content, err := os.ReadFile(filepath.Join(top, set)); err == nil { // #nosec G304 -- of the kernel
				if err := os.WriteFile(filepath.Join(top, name, set), content, 0o644); err != nil { // #nosec G306 G703 -- of the kernel
					return fmt.Errorf("setting %s: %w", set, err)
				}
			}
		}
	}
	return nil
}

// controllers are those that a kubelet wants of cgroup v2, where the machine has them.
var controllers = []string{"cpu", "cpuset", "hugetlb", "memory", "pids"}

// enable gives cgroups of v2 below the top one these controllers, as a kubelet or systemd does. In v1 each hierarchy has its own.
func enable(top string) error {
	there, err := os.ReadFile(filepath.Join(top, "cgroup.controllers")) // #nosec G304 -- of the kernel
	if err != nil {
		return nil //nolint:nilerr // v1
	}
	file := filepath.Join(top, "cgroup.subtree_control")
	given, err := os.ReadFile(file) // #nosec G304 -- of the kernel
	if err != nil {
		return err
	}
	for _, controller := range controllers {
		if !slices.Contains(strings.Fields(string(there)), controller) || slices.Contains(strings.Fields(string(given)), controller) {
			continue
		}
		if err := os.WriteFile(file, []byte("+"+controller), 0o644); err != nil { // #nosec G306 -- of the kernel
			return err
		}
	}
	return nil
}

// noLimits is the error of a cgroup whose controllers cannot be enabled. The top one of a container has processes, as a rule, which v2 refuses; where
// they belong is not for a sandbox to decide.
func noLimits(top string, err error) error {
	if !errors.Is(err, syscall.EBUSY) {
		return fmt.Errorf("no cgroup can be made: %w", err)
	}
	return exit.Errorf(exit.Setup, "no cgroup with limits can be made: processes are in %s itself, as in a container", top).
		Try("move them down with 'mkdir %[1]s/init; xargs -n1 <%[1]s/cgroup.procs >%[1]s/init/cgroup.procs'", top)
}

// RemoveCgroup removes a cgroup, of v2 or of each controller of v1, with those inside. It is empty: a process that has just been killed may
// take a moment to leave it.
func RemoveCgroup(name string) error {
	var found []string
	for _, pattern := range []string{top + "/", top + "/*/"} {
		tops, err := filepath.Glob(pattern + name)
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
