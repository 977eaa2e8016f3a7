package bench

import (
	"archive/tar"
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// layerSize is about what one of the three layers of the big image holds, in bytes.
const layerSize = 530 << 20

// sources are where files of a layer come from: programs, libraries and texts, as an image has them.
var sources = [][]string{{"/usr/share"}, {"/usr/local", "/usr/include"}, {"/usr/lib", "/usr/bin"}}

// big is the directory that the big image is built from.
func (p *Push) big() string { return filepath.Join(p.Scratch, "big") }

const bigDockerfile = "FROM scratch\nADD a.tar /a\nADD b.tar /b\nADD c.tar /c\n"

// gather writes three layers of files of this machine.
func (p *Push) gather(ctx context.Context) error {
	if err := os.MkdirAll(p.big(), 0o700); err != nil {
		return err
	}
	for i, from := range sources {
		if err := archiveFiles(ctx, filepath.Join(p.big(), layerFiles[i]), from); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(p.big(), "Dockerfile"), []byte(bigDockerfile), 0o600)
}

var layerFiles = []string{"a.tar", "b.tar", "c.tar"}

// another makes a directory for an image with a new layer of 20 MB on the base from.
func (p *Push) another(from string) (string, error) {
	dir, err := os.MkdirTemp(p.Scratch, "over-")
	if err != nil {
		return "", err
	}
	for _, name := range layerFiles {
		if from != bigDockerfile {
			break // it is not built anew
		}
		if err := os.Link(filepath.Join(p.big(), name), filepath.Join(dir, name)); err != nil {
			return "", err
		}
	}
	file, err := os.Create(filepath.Join(dir, "new")) // #nosec G304 -- below our scratch directory
	if err != nil {
		return "", err
	}
	_, err = io.CopyN(file, rand.Reader, 20<<20)
	if err := errors.Join(err, file.Close()); err != nil {
		return "", err
	}
	return dir, os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte(from+"COPY new /new\n"), 0o600)
}

// archiveFiles writes regular files from the directories to a tar archive, until it is large enough.
func archiveFiles(ctx context.Context, name string, from []string) error {
	file, err := os.Create(name) // #nosec G304 -- below our scratch directory
	if err != nil {
		return err
	}
	buffered := bufio.NewWriterSize(file, 1<<20)
	archive := tar.NewWriter(buffered)
	size := int64(0)
	for _, dir := range from {
		err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil || !entry.Type().IsRegular() {
				return nil //nolint:nilerr // what cannot be read is left out
			}
			if size >= layerSize {
				return fs.SkipAll
			}
			written, err := archiveFile(archive, path)
			size += written
			return err
		})
		if err != nil {
			return errors.Join(err, file.Close())
		}
	}
	return errors.Join(archive.Close(), buffered.Flush(), file.Close())
}

func archiveFile(archive *tar.Writer, path string) (int64, error) {
	content, err := os.ReadFile(path) // #nosec G304 -- a file of this machine, for its bytes
	if err != nil {
		return 0, nil //nolint:nilerr // what cannot be read is left out
	}
	if err := archive.WriteHeader(&tar.Header{Name: path[1:], Mode: 0o644, Size: int64(len(content))}); err != nil {
		return 0, err
	}
	_, err = archive.Write(content)
	return int64(len(content)), err
}
