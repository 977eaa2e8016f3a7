package tarsplit

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"sync"
)

// shownEntries are the small files of one directory, which the engine has shown all at once: a container for each would take longer.
type shownEntries struct {
	once    sync.Once
	content map[string][]byte
	err     error
}

// largestEntry is the most, in bytes, that is read of one of them.
const largestEntry = 1 << 20

// entry reads a small file. It is always asked about the same directory.
func (s *ShownFiles) entry(ctx context.Context, dir, name string) ([]byte, error) {
	s.entries.once.Do(func() { s.entries.content, s.entries.err = s.filesIn(ctx, dir) })
	content, there := s.entries.content[name]
	if s.entries.err == nil && !there {
		return nil, &fs.PathError{Op: "open", Path: path.Join(dir, name), Err: fs.ErrNotExist}
	}
	return content, s.entries.err
}

func (s *ShownFiles) filesIn(ctx context.Context, dir string) (map[string][]byte, error) {
	container, err := s.engine.Show(ctx, s.image, map[string]string{shownFolder: dir})
	if err != nil {
		return nil, err
	}
	defer s.remove(ctx, container)
	copied := s.engine.CopyOut(ctx, container, shownFolder)
	content, err := smallFiles(copied)
	return content, errors.Join(err, copied.Close())
}

// smallFiles reads the files of an archive.
func smallFiles(from io.Reader) (map[string][]byte, error) {
	content := map[string][]byte{}
	for archive := tar.NewReader(from); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return content, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading what the engine shows: %w", err)
		}
		if header.Typeflag != tar.TypeReg {
			continue
		}
		if content[path.Base(header.Name)], err = io.ReadAll(io.LimitReader(archive, largestEntry)); err != nil {
			return nil, fmt.Errorf("reading what the engine shows: %w", err)
		}
	}
}
