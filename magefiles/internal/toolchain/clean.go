package toolchain

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
)

// compiled is go's cache for the tools alone, and sources that of their modules. Only builds need them.
func (b *Box) compiled() string { return filepath.Join(b.Cache, "tools", ".compiled") }
func (b *Box) sources() string  { return filepath.Join(b.Cache, "tools", ".sources") }

// Clean removes what only the builds of tools needed, and returns its size in bytes. The tools stay. It fails while another run builds one.
func (b *Box) Clean(ctx context.Context) (freed int64, err error) {
	unlock, err := b.lockAll()
	defer unlock()
	if err != nil {
		return 0, err
	}
	for _, dir := range []string{b.compiled(), b.sources()} {
		if link, err := os.Readlink(dir); err == nil {
			b.Console.Info("", "%s is a link: what lies in %s is left there", dir, link)
			continue
		}
		size, err := sizeOf(dir)
		if err != nil {
			return freed, err
		}
		if size == 0 {
			continue
		}
		if dir == b.sources() { // go writes its directories so that nobody can remove a file of them, and has a command that can
			env := []string{"GOMODCACHE=" + dir, "GOFLAGS=", "GOWORK=off"}
			if err := b.Run.Run(ctx, process.Cmd{Name: "go", Args: []string{"clean", "-modcache"}, Env: env, Dir: b.Cache, Quiet: true}); err != nil {
				return freed, fmt.Errorf("removing the sources of tools: %w", err)
			}
		}
		if err := os.RemoveAll(dir); err != nil {
			return freed, err
		}
		freed += size
	}
	return freed, nil
}

// lockAll takes the locks of all modules that have been built here.
func (b *Box) lockAll() (unlock func(), err error) {
	var locks []*flock.Flock
	unlock = func() {
		for _, lock := range locks {
			_ = lock.Unlock()
		}
	}
	files, err := filepath.Glob(filepath.Join(b.Cache, "tools", ".*.lock"))
	if err != nil {
		return unlock, err
	}
	for _, file := range files {
		lock := flock.New(file)
		taken, err := lock.TryLock()
		if err != nil {
			return unlock, err
		}
		if !taken {
			module := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "."), ".lock")
			return unlock, exit.Errorf(exit.Setup, "another run builds the tools of %s, nothing was removed", module).Try("run this again when it has ended")
		}
		locks = append(locks, lock)
	}
	return unlock, nil
}

// sizeOf returns how many bytes the files of a directory have, 0 if it is not there.
func sizeOf(dir string) (size int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err == nil {
			size += info.Size()
		}
		return err
	})
	return size, err
}
