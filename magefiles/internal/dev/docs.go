package dev

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/magefile/mage/sh"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/dev/reference"
	"hub-ops/magefiles/internal/dev/site"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/session"
)

// Docs builds the documentation of the repository. That of hub-ops itself is a site of Hugo, into which it first writes the pages that
// come from the code; a broken link fails. In CI a page that is not what the code says fails too, instead of being written.
func Docs(ctx context.Context, s *session.Session) error {
	if isOwn(s.Config.Root) {
		return buildSite(ctx, s, filepath.Join(s.Config.Root, "docs"))
	}
	return buildForeign(ctx, s)
}

// isOwn reports whether the documentation is that of hub-ops, and not of somebody who has its code beside her hubs.
func isOwn(root string) bool {
	content, err := os.ReadFile(filepath.Join(root, "docs", "hugo.toml")) // #nosec G304 -- a file of the repository
	return err == nil && bytes.Contains(content, []byte(ownTitle))
}

// ownTitle is in the settings of the site of hub-ops.
const ownTitle = `title = "hub-ops"`

func buildSite(ctx context.Context, s *session.Session, source string) error {
	if err := writeReference(s, source); err != nil {
		return err
	}
	tools, err := s.Tools.Ensure(ctx, "hugo")
	if err != nil {
		return err
	}
	public := filepath.Join(source, "public")
	if err := os.RemoveAll(public); err != nil { // what Hugo does not write any more, it leaves
		return err
	}
	args := []string{"build", "--source", source, "--destination", public, "--cacheDir", filepath.Join(s.Scratch, "hugo"), "--noBuildLock"}
	if err := sh.RunWithV(config.Emptied(s.Run.Environment(config.ProjectsTests)), tools["hugo"], args...); err != nil {
		return exit.With(exit.Build, fmt.Errorf("building the documentation: %w", err))
	}
	return checkSite(s, public)
}

// checkSite fails where a page of the built site cannot be read by everybody, or leads nowhere.
func checkSite(s *session.Session, public string) error {
	problems, pages, err := site.Check(os.DirFS(public))
	if err != nil {
		return err
	}
	for _, problem := range problems {
		s.Console.Info("", "docs: %s", problem)
	}
	if len(problems) > 0 {
		return exit.Errorf(exit.Build, "the documentation has %d faults, such as %s", len(problems), problems[0])
	}
	s.Console.Result("docs: built in %s, %d pages", public, pages)
	return nil
}

func writeReference(s *session.Session, source string) error {
	magefiles := filepath.Join(s.Config.Root, "magefiles")
	if _, err := os.Stat(magefiles); errors.Is(err, fs.ErrNotExist) {
		return nil // a repository of hubs alone: there is no code to describe
	}
	pages, err := reference.Pages(magefiles)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(pages)) {
		if err := writePage(s, filepath.Join(source, "content", filepath.FromSlash(name)), pages[name]); err != nil {
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
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil { // #nosec G301 -- a folder for everybody
		return err
	}
	return os.WriteFile(file, []byte(content), 0o644) // #nosec G306 -- a page for everybody
}
