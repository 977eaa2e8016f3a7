// Package scratch makes the private directories of a run, and removes those of runs that were killed. Package session calls it.
package scratch

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/gofrs/flock"
)

const (
	prefix   = "hub-ops-run-"
	lockName = ".lock"
)

// sharedMemory is Linux's directory for files in memory, which every user can write to.
const sharedMemory = "/dev/shm"

// New makes two directories that only this user can read: one for what is large, and one for credentials and secret
// values, in memory where that is possible. runtimeDir is XDG_RUNTIME_DIR, "" if there is none. It also removes the directories
// of runs that are no longer alive. remove removes both.
func New(runtimeDir string) (large, private string, remove func(), err error) {
	large, removeLarge, err := newDir(os.TempDir())
	if err != nil {
		return "", "", nil, err
	}
	for _, parent := range []string{runtimeDir, sharedMemory} {
		if !inMemory(parent) {
			continue
		}
		if private, removePrivate, err := newDir(parent); err == nil {
			return large, private, func() { removePrivate(); removeLarge() }, nil
		}
	}
	private = filepath.Join(large, "private")
	return large, private, removeLarge, os.Mkdir(private, 0o700)
}

// newDir makes one directory. A lock in it, which the system frees when the process ends, however it ends, tells the
// next run whether it is still in use.
func newDir(parent string) (dir string, remove func(), err error) {
	sweep(parent)
	if dir, err = os.MkdirTemp(parent, prefix); err != nil {
		return "", nil, fmt.Errorf("making a private directory: %w", err)
	}
	lock := flock.New(filepath.Join(dir, lockName))
	if _, err := lock.TryLock(); err != nil {
		_ = os.RemoveAll(dir)
		return "", nil, fmt.Errorf("locking a private directory: %w", err)
	}
	return dir, func() { _ = os.RemoveAll(dir); _ = lock.Close() }, nil
}

// justMade is the age up to which a directory without a lock counts as one that is just being made.
const justMade = time.Minute

func sweep(parent string) {
	dirs, _ := filepath.Glob(filepath.Join(parent, prefix+"*"))
	for _, dir := range dirs {
		info, err := os.Lstat(dir)
		if err != nil || !info.IsDir() {
			continue
		}
		name := filepath.Join(dir, lockName)
		if _, err := os.Lstat(name); err != nil {
			if time.Since(info.ModTime()) > justMade {
				_ = os.RemoveAll(dir)
			}
			continue
		}
		lock := flock.New(name)
		if free, err := lock.TryLock(); err == nil && free {
			_ = os.RemoveAll(dir)
			_ = lock.Close()
		}
	}
}

// tmpfs is the number of the file system in memory: statfs(2).
const tmpfs = 0x01021994

func inMemory(dir string) bool {
	var system syscall.Statfs_t
	return dir != "" && syscall.Statfs(dir, &system) == nil && system.Type == tmpfs
}
