package tarsplit

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
)

// fileStream returns the files of a tar archive while the archive arrives. A recipe asks for files in the order in which the
// layer was packed, which is mostly the order of the archive. A file that arrives too early is kept on disk.
type fileStream struct {
	archive *tar.Reader
	below   string // the archive's directory that names are in
	dir     string // for files that arrived too early
	waiting *os.File
	end     int64
	early   map[string]*io.SectionReader
	links   map[string]string // hard links, and what they lead to
}

// newFileStream reads an archive whose names begin with below. Files that arrive too early are kept in dir until close.
func newFileStream(archive io.Reader, below, dir string) *fileStream {
	return &fileStream{
		archive: tar.NewReader(archive), below: path.Clean("/" + below), dir: dir,
		early: map[string]*io.SectionReader{}, links: map[string]string{},
	}
}

// Get returns a file, to be read before the next one is asked for.
func (s *fileStream) Get(name string) (io.ReadCloser, error) {
	wanted := path.Join(s.below, name)
	for {
		if content := s.waits(wanted); content != nil {
			_, err := content.Seek(0, io.SeekStart)
			return io.NopCloser(content), err
		}
		header, err := s.archive.Next()
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("the engine does not give file %s", name)
		}
		if err != nil {
			return nil, err
		}
		switch at := path.Clean("/" + header.Name); {
		case header.Typeflag == tar.TypeLink:
			s.links[at] = path.Clean("/" + header.Linkname)
		case header.Typeflag != tar.TypeReg:
		case at == wanted:
			return io.NopCloser(s.archive), nil
		default:
			if err := s.wait(at); err != nil {
				return nil, err
			}
		}
	}
}

func (s *fileStream) waits(name string) *io.SectionReader {
	if content := s.early[name]; content != nil {
		return content
	}
	return s.early[s.links[name]]
}

// wait keeps the current file of the archive.
func (s *fileStream) wait(name string) (err error) {
	if s.waiting == nil {
		if s.waiting, err = os.CreateTemp(s.dir, "waiting-"); err != nil {
			return err
		}
	}
	size, err := io.Copy(s.waiting, s.archive)
	s.early[name] = io.NewSectionReader(s.waiting, s.end, size)
	s.end += size
	return err
}

// close removes the files that were kept.
func (s *fileStream) close() error {
	if s.waiting == nil {
		return nil
	}
	return errors.Join(s.waiting.Close(), os.Remove(filepath.Clean(s.waiting.Name())))
}
