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
	ignoreFile := filepath.Join(e.Context, legacyIgnore)
	patterns, err := os.ReadFile(ignoreFile) // #nosec G304 -- exported before
	there := err == nil
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
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
		if err := os.WriteFile(ignoreFile, []byte(dockerfile+"\n"+legacyIgnore+"\n"), 0o600); err != nil {
			return err
		}
	}
	content, err := os.ReadFile(e.File())
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(e.Context, dockerfile), content, 0o600); err != nil { // #nosec G703 -- a directory of our own
		return err
	}
	return os.Chtimes(e.Context, written, written)
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
