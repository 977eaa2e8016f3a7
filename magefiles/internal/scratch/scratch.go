// Package scratch makes the private directories of a run, and removes those of runs that were killed. Package session calls it.
package scratch

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"hub-ops/magefiles/internal/exit"
)

// sharedMemory is Linux's directory for files in memory, which every user can write to.
const sharedMemory = "/dev/shm"

// New makes two directories that only this user can read: one for what is large, and one for credentials and secret
// values, in memory where that is possible. runtimeDir is XDG_RUNTIME_DIR, "" if there is none. It also removes the directories
// of runs that are no longer alive. remove removes both.
func New(runtimeDir string) (large, private string, remove func(), err error) {
	large, removeLarge, err := newDir(os.TempDir())
	if err != nil {
		return "", "", nil, fmt.Errorf("making a private directory: %w", err)
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
	if err := os.Mkdir(private, 0o700); err != nil {
		removeLarge()
		return "", "", nil, fmt.Errorf("making a private directory: %w", err)
	}
	return large, private, removeLarge, nil
}

// newDir makes one directory, below the one that this user has in parent. A lock in it, which the system frees when the process
// ends, however it ends, tells the next run whether it is still in use. A directory has its final name only with the lock held.
func newDir(parent string) (dir string, remove func(), err error) {
	if strings.ContainsAny(parent, ":,") { // KUBECONFIG is a list with colons, and knows no quotes
		return "", nil, exit.Errorf(exit.Setup, "%s: a colon or a comma would end it in a list of paths", parent).Try("set TMPDIR to another directory")
	}
	p, err := openPlace(parent)
	if err != nil {
		return "", nil, err
	}
	id := rand.Text()
	making, name := beginning+id, running+id
	lock, err := p.makeLocked(making)
	if err == nil {
		err = p.root.Rename(making, name)
	}
	if err != nil {
		_ = p.root.RemoveAll(making)
		lock.close()
		_ = p.root.Close()
		return "", nil, err
	}
	return filepath.Join(p.dir, name), func() {
		_ = p.root.RemoveAll(name)
		lock.close()
		_ = p.root.Close()
	}, nil
}

// tmpfs is the number of the file system in memory: statfs(2).
const tmpfs = 0x01021994

func inMemory(dir string) bool {
	var system syscall.Statfs_t
	return dir != "" && syscall.Statfs(dir, &system) == nil && system.Type == tmpfs
}
