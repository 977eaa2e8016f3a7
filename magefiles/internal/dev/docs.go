package dev

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/magefile/mage/sh"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/dev/reference"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/session"
)

// Docs writes the pages that come from the code, and builds the documentation; a broken link fails. In CI a page that
// is not what the code says fails too, instead of being written.
func Docs(ctx context.Context, s *session.Session) error {
	source := filepath.Join(s.Config.Root, "docs")
	if _, err := os.Stat(source); errors.Is(err, fs.ErrNotExist) {
		s.Console.Result("docs: no docs directory here, nothing to build")
		return nil
	}
	if err := writeReference(s, source); err != nil {
		return err
	}
	tools, err := s.Tools.Ensure(ctx, "hugo")
	if err != nil {
		return err
	}
	public := filepath.Join(source, "public")
	args := []string{"build", "--source", source, "--destination", public, "--cleanDestinationDir", "--cacheDir", filepath.Join(s.Scratch, "hugo"), "--noBuildLock"}
	if err := sh.RunWithV(config.Emptied(s.Run.Environment(config.ProjectsTests)), tools["hugo"], args...); err != nil {
		return exit.With(exit.Build, fmt.Errorf("building the documentation: %w", err))
	}
	s.Console.Result("docs: built in %s", public)
	return nil
}

func writeReference(s *session.Session, source string) error {
	magefiles := filepath.Join(s.Config.Root, "magefiles")
	if _, err := os.Stat(magefiles); errors.Is(err, fs.ErrNotExist) {
		return nil // a repository of hubs alone: there is no code to describe
	}
	targets, err := reference.Targets(magefiles)
	if err != nil {
		return err
	}
	for name, content := range map[string]string{"targets.md": targets, "variables.md": reference.Variables(config.Settings)} {
		if err := writePage(s, filepath.Join(source, "content", "reference", name), content); err != nil {
			return err
		}
	}
	return nil
}

// writePage writes a page that is not what the code says; in CI it fails instead.
func writePage(s *session.Session, file, content string) error {
	old, err := os.ReadFile(file) // #nosec G304 -- a page of the project
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if string(old) == content {
		return nil
	}
	relative, err := filepath.Rel(s.Config.Root, file)
	if err != nil {
		return err
	}
	if s.Config.Event.InCI() {
		return exit.Input("%s is not what the code says", relative).Try("run 'mage docs' and commit it")
	}
	s.Console.Info("", "docs: wrote %s", relative)
	return os.WriteFile(file, []byte(content), 0o644) // #nosec G306 -- a page for everybody
}
