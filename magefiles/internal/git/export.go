package git

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
)

// Export writes the tree's files to the directory dest. An image is built from them, so that it holds exactly the content of its
// tag, independent of ignored files and of the umask. Git's attributes apply, as in a checkout: files that Git LFS or git-crypt
// keep elsewhere or encrypted are written as they are in the working tree.
func (r *Repo) Export(ctx context.Context, tree Tree, dest string) error {
	if err := r.refuseSubmodules(ctx, tree); err != nil {
		return err
	}
	reader, writer := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := r.run.Run(ctx, process.Cmd{
			Name: "git", Args: []string{"-c", "tar.umask=0022", "archive", "--format=tar", tree.root, "--", tree.path},
			Dir: r.dir, Env: r.environment(), Stdout: writer, Quiet: true,
		})
		writer.CloseWithError(err)
		done <- err
	}()
	err := extract(reader, tree.path+"/", dest)
	_ = reader.CloseWithError(errors.Join(io.ErrClosedPipe, err))
	if gitErr := <-done; err == nil || errors.Is(err, gitErr) {
		err = gitErr
	}
	if err != nil {
		return fmt.Errorf("exporting %s: %w", tree.path, err)
	}
	return nil
}

// refuseSubmodules refuses a tree with submodules: git archive writes an empty directory for each, and the image would lack its files.
func (r *Repo) refuseSubmodules(ctx context.Context, tree Tree) error {
	out, err := r.git(ctx, "ls-tree", "-r", "-z", tree.root, "--", tree.path)
	if err != nil {
		return r.explain(err)
	}
	for entry := range strings.SplitSeq(out, "\x00") {
		if _, name, found := strings.Cut(entry, "\t"); found && strings.HasPrefix(entry, "160000 ") {
			return exit.Input("%s is a submodule: the image of a hub is built from files of this repository", name).Try("copy them here")
		}
	}
	return nil
}

func extract(stream io.Reader, prefix, dest string) error {
	root, err := os.OpenRoot(dest) // nothing in the archive can lead outside
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	archive := tar.NewReader(stream)
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			_, err = io.Copy(io.Discard, stream) // the padding of the archive
			return err
		}
		if err != nil {
			return err
		}
		name, inside := strings.CutPrefix(header.Name, prefix)
		if !inside || name == "" {
			continue // a directory above, or an entry that describes the archive
		}
		if err := extractEntry(root, name, header, archive); err != nil {
			return fmt.Errorf("writing %q: %w", header.Name, err)
		}
	}
}

// extractEntry writes one entry, and sets its mode explicitly because the umask would change it.
func extractEntry(root *os.Root, name string, header *tar.Header, content io.Reader) error {
	name, mode := filepath.Clean(name), header.FileInfo().Mode().Perm()
	switch header.Typeflag {
	case tar.TypeDir:
		return errors.Join(root.MkdirAll(name, 0o700), root.Chmod(name, mode))
	case tar.TypeSymlink:
		return root.Symlink(header.Linkname, name)
	case tar.TypeReg:
		file, err := root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
		if err != nil {
			return err
		}
		_, err = io.Copy(file, content) //#nosec G110 -- the operator's own committed files
		return errors.Join(err, file.Chmod(mode), file.Close())
	}
	return nil
}
