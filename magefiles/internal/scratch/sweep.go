package scratch

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"syscall"
	"time"
)

// The names of directories: of one that is being made, and of one that has its lock.
const (
	beginning = "new-"
	running   = "run-"
)

// longestBeginning is the age at which a directory that is being made counts as one of a run that was killed.
const longestBeginning = time.Hour

// sweep removes the directories of runs that are no longer alive.
func (p *place) sweep() {
	entries, err := fs.ReadDir(p.root.FS(), ".")
	if err != nil {
		return
	}
	for _, entry := range entries {
		switch name := entry.Name(); {
		case strings.HasPrefix(name, running):
			p.sweepRun(name)
		case strings.HasPrefix(name, beginning):
			if info, err := entry.Info(); err == nil && time.Since(info.ModTime()) > longestBeginning {
				_ = p.root.RemoveAll(name)
			}
		}
	}
}

// sweepRun removes a directory whose lock is free. One without a lock is being removed, or was when its run was killed.
func (p *place) sweepRun(name string) {
	l, err := p.lock(name, os.O_RDWR)
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		_ = p.root.RemoveAll(name)
	}
	l.close()
}

// lock is the lock of a directory. It is held by an open file.
type lock struct{ file *os.File }

const lockName = ".lock"

// makeLocked makes a directory and its lock.
func (p *place) makeLocked(name string) (*lock, error) {
	if err := p.root.Mkdir(name, 0o700); err != nil {
		return nil, err
	}
	return p.lock(name, os.O_RDWR|os.O_CREATE|os.O_EXCL)
}

// lock gets the lock of the directory, or fails at once. It makes the file only if the flags say so, opens nothing but a file, and waits for
// nobody.
func (p *place) lock(dir string, flags int) (*lock, error) {
	name := path.Join(dir, lockName)
	if info, err := p.root.Lstat(name); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no file", path.Join(p.dir, name))
	}
	file, err := p.root.OpenFile(name, flags|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err != nil {
		_ = file.Close()
		return nil, fmt.Errorf("locking %s: %w", path.Join(p.dir, dir), err)
	}
	return &lock{file: file}, nil
}

func (l *lock) close() {
	if l != nil {
		_ = l.file.Close()
	}
}
