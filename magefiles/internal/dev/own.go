package dev

import (
	"os"
	"path/filepath"

	"golang.org/x/mod/modfile"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/session"
)

// CheckOwn refuses a target for work on hub-ops itself in any other repository: there it would test and compile what is somebody else's.
func CheckOwn(s *session.Session, target string) error {
	content, err := os.ReadFile(filepath.Join(s.Config.Root, "go.mod")) // #nosec G304 -- a file of the repository
	if err == nil && modfile.ModulePath(content) == "hub-ops" {
		return nil
	}
	return exit.Input("%s works on hub-ops itself, and %s is another repository", target, s.Config.Root).Try("run 'mage %s' in a clone of hub-ops", target)
}
