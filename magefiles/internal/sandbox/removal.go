package sandbox

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// removeAll removes the directory, and last what marks it as a sandbox's: whatever an end leaves that is killed, the next one may remove.
func (s *Sandbox) removeAll() error {
	if err := emptyBut(s.Dir, marker); err != nil {
		return err
	}
	return os.RemoveAll(s.Dir)
}

// emptyBut removes what is in a directory, but for one file.
func emptyBut(dir, kept string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, entry := range entries {
		if entry.Name() != kept {
			err = errors.Join(err, os.RemoveAll(filepath.Join(dir, entry.Name())))
		}
	}
	return err
}
