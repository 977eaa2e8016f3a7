//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// check makes for a moment what a node needs. The error, in a line, is why this machine does not have it.
func check(file string) error {
	child, err := inNamespaces("try", file)
	if err != nil {
		return fmt.Errorf("no namespaces can be made: %w", err)
	}
	state, err := child.Wait()
	if err == nil && !state.Success() {
		os.Exit(1) // the child has said why
	}
	return err
}

// try is what check does inside of namespaces.
func try(plan *Plan) error {
	if err := makeCgroup(plan.Cgroup); err != nil {
		return err
	}
	if err := makeNetwork(plan); err != nil {
		return err
	}
	if err := newRoot(plan); err != nil {
		return err
	}
	return tryOverlay(filepath.Join(plan.Files, "overlay"))
}

// tryOverlay mounts one directory over another, as a container's root.
func tryOverlay(dir string) error {
	for _, name := range []string{"lower", "upper", "work", "all"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o700); err != nil {
			return err
		}
	}
	options := fmt.Sprintf("lowerdir=%s/lower,upperdir=%s/upper,workdir=%s/work", dir, dir, dir)
	if err := unix.Mount("overlay", filepath.Join(dir, "all"), "overlay", 0, options); err != nil {
		return fmt.Errorf("no overlayfs in %s: %w", dir, err)
	}
	return errors.Join(unix.Unmount(filepath.Join(dir, "all"), 0), os.RemoveAll(dir))
}
