package dev

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/session"
)

// buildForeign builds the documentation of a repository of hubs: by the command that the settings name or, where docs is a project of
// Sphinx, by that. Nothing else of the repository is known to be documentation.
func buildForeign(ctx context.Context, s *session.Session) error {
	command := s.Config.DocsCommand
	if command == "" {
		source := filepath.Join(s.Config.Root, s.Config.DocsDirectory)
		if _, err := os.Stat(filepath.Join(source, "conf.py")); err != nil {
			s.Console.Result("docs: nothing to build; docs.command in hubops.yaml says how to build some")
			return nil
		}
		command = process.Quote("sphinx-build", "-W", "-b", "html", ".", filepath.Join(s.Scratch, "docs"))
	}
	s.Console.Info("docs", "in %s", s.Config.DocsDirectory)
	err := s.Run.Run(ctx, process.Cmd{
		Name: "sh", Args: []string{"-euc", command}, Dir: filepath.Join(s.Config.Root, filepath.FromSlash(s.Config.DocsDirectory)), Prefix: "docs", Show: command,
	})
	if err != nil {
		return exit.With(exit.Build, fmt.Errorf("building the documentation: %w", err))
	}
	s.Console.Result("docs: built by %s", strings.Fields(command)[0])
	return nil
}
