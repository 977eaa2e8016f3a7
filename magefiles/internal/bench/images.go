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

// buildBig makes an image of three layers from files of this machine.
func (p *Push) buildBig(ctx context.Context) error {
	dir := filepath.Join(p.Scratch, "big")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	for i, from := range sources {
		if err := archiveFiles(filepath.Join(dir, string(rune('a'+i))+".tar"), from); err != nil {
			return err
		}
	}
	const dockerfile = "FROM scratch\nADD a.tar /a\nADD b.tar /b\nADD c.tar /c\n"
	if err := os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte(dockerfile), 0o600); err != nil {
		return err
	}
	return p.docker(ctx, "build", "--quiet", "--tag", repository+":big", dir)
}

// buildOver makes an image of one more layer of 20 MB that nobody has seen before.
func (p *Push) buildOver(ctx context.Context, tag string) error {
	dir := filepath.Join(p.Scratch, "over")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file, err := os.Create(filepath.Join(dir, "new")) // #nosec G304 -- below our scratch directory
	if err != nil {
		return err
	}
	_, err = io.CopyN(file, rand.Reader, 20<<20)
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte("FROM "+repository+":big\nCOPY new /new\n"), 0o600); err != nil {
		return err
	}
	return p.docker(ctx, "build", "--quiet", "--tag", repository+":"+tag, dir)
}

// archiveFiles writes regular files from the directories to a tar archive, until it is large enough.
func archiveFiles(name string, from []string) error {
	file, err := os.Create(name) // #nosec G304 -- below our scratch directory
	if err != nil {
		return err
	}
	buffered := bufio.NewWriterSize(file, 1<<20)
	archive := tar.NewWriter(buffered)
	size := int64(0)
	for _, dir := range from {
		err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
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
