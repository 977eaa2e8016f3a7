package content

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"

	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/secret"
)

// taker returns what writes each file: as Git holds it, or what its bytes say is kept elsewhere. Attributes decide nothing, because
// they can change while the file, and so the tag, does not.
func (s Source) taker(ctx context.Context, w *writer, names map[string]string) func(git.File, int64, io.Reader) error {
	return func(file git.File, size int64, content io.Reader) error {
		name := names[file.Path]
		if file.Mode == git.Link {
			return collision(name, w.link(file.Path, content))
		}
		err := w.regular(file, func(to *os.File) error { return s.fill(ctx, name, size, content, to) })
		return collision(name, err)
	}
}

func (s Source) fill(ctx context.Context, name string, size int64, content io.Reader, to *os.File) error {
	buffered := bufio.NewReaderSize(content, 64<<10)
	start, _ := buffered.Peek(git.LargestPointer) // shorter, if the file is
	if secret.Locked(start) {
		return lockedFile(name)
	}
	if size >= git.LargestPointer {
		_, err := io.Copy(to, buffered)
		return err
	}
	pointer, err := git.PointerOf(start)
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", name, err)
	case pointer != nil:
		return s.Repo.WriteLFS(ctx, name, pointer, to)
	}
	_, err = to.Write(start)
	return err
}
