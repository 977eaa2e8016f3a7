package tree

import (
	"context"
	"os"
	"path"
	"path/filepath"

	"hub-ops/magefiles/internal/exit"
)

// Check says why new files of these paths cannot be written, or would not be in other clones.
func (t *Tree) Check(ctx context.Context, names ...string) error {
	for _, name := range names {
		there, err := t.at(name)
		if err != nil {
			return err
		}
		if there {
			return exit.Input("%s is there", name).Try("give that another name")
		}
	}
	return t.notIgnored(ctx, names...)
}

// Create writes a new file. One that is there stays as it is, and is an error.
func (t *Tree) Create(name, text string) error {
	if _, err := t.at(name); err != nil {
		return err
	}
	if err := t.root.MkdirAll(filepath.FromSlash(path.Dir(name)), 0o755); err != nil {
		return exit.Input("writing %s: %w", name, err)
	}
	file, err := t.root.OpenFile(filepath.FromSlash(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return exit.Input("writing %s: %w", name, err)
	}
	_, err = file.WriteString(text)
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return exit.Input("writing %s: %w", name, err)
	}
	return nil
}

// replace writes a file of the copy, over the one that is there.
func (t *Tree) replace(name string, content []byte) error {
	if _, err := t.at(name); err != nil {
		return err
	}
	file := filepath.FromSlash(name)
	if err := t.root.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return exit.Input("writing %s: %w", name, err)
	}
	if err := t.root.WriteFile(file, content, 0o644); err != nil {
		return exit.Input("writing %s: %w", name, err)
	}
	return nil
}

// notIgnored refuses paths that Git would leave out; those of directories end with a slash.
func (t *Tree) notIgnored(ctx context.Context, names ...string) error {
	repo, err := t.git(ctx)
	if err != nil {
		return err
	}
	ignored, err := repo.WouldIgnore(ctx, names...)
	if err != nil || len(ignored) == 0 {
		return err
	}
	return exit.Input("Git ignores %s, so it would not be in other clones", ignored[0]).Try("change the .gitignore of the repository")
}
