package content

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"hub-ops/magefiles/internal/exit"
)

// ForClassic prepares the context for the classic builder of Docker, which wants the Dockerfile in there, and reads .dockerignore and no
// other ignore file. It refuses a .dockerignore that would leave out more than what is ignored.
func (e Exported) ForClassic() error {
	root, err := os.OpenRoot(e.Context) // a link of the context leads to no other file of this machine
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	patterns, err := root.ReadFile(legacyIgnore)
	there := err == nil
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return exit.Input("%s: %w", legacyIgnore, err)
	}
	if there && e.Ignore != legacyIgnore {
		if err := e.refuseSecond(string(patterns)); err != nil {
			return err
		}
	}
	if !e.Hidden {
		return nil
	}
	if !there {
		if err := writeOwn(root, legacyIgnore, []byte(dockerfile+"\n"+legacyIgnore+"\n")); err != nil {
			return err
		}
	}
	content, err := os.ReadFile(e.File())
	if err != nil {
		return err
	}
	if err := writeOwn(root, dockerfile, content); err != nil {
		return err
	}
	return os.Chtimes(e.Context, written, written)
}

// writeOwn writes a file that the context has not. A link of that name, which leads nowhere, is no place for it.
func writeOwn(root *os.Root, name string, content []byte) error {
	file, err := root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return exit.Input("%s: the build context has a link of that name, which leads nowhere", name).Try("remove it")
	}
	_, err = file.Write(content)
	return errors.Join(err, file.Close())
}

// refuseSecond refuses a .dockerignore that is a file like others, because another ignore file counts, if the builder would follow it.
func (e Exported) refuseSecond(patterns string) error {
	ignored, err := matcher(patterns)
	if err != nil {
		return err
	}
	refused := exit.Input("%s says what is ignored, and Docker's classic builder reads %s, which says something else", e.Ignore, legacyIgnore).
		Try("keep one of them, or install Docker's buildx")
	if e.Hidden {
		return refused
	}
	return filepath.WalkDir(e.Context, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		inner, err := filepath.Rel(e.Context, name)
		if err != nil {
			return err
		}
		if left, err := ignored(inner); left || err != nil {
			return errors.Join(err, refused)
		}
		return nil
	})
}
