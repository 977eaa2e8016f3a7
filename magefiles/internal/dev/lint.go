package dev

import (
	"context"
	"fmt"

	"github.com/magefile/mage/sh"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/session"
	"hub-ops/magefiles/internal/ui"
)

// Lint checks that go.mod and go.sum are what go mod tidy writes, and runs golangci-lint over the Go code: linters, and the
// formatter's check.
func Lint(ctx context.Context, s *session.Session) error {
	tools, err := s.Tools.Ensure(ctx, "golangci-lint")
	if err != nil {
		return err
	}
	defer s.Console.Beat(ui.Heartbeat, "linting")()
	if err := sh.RunWithV(config.Emptied(s.Run.Environment(config.ProjectsTests)), "go", "mod", "tidy", "-diff"); err != nil {
		return fmt.Errorf("go.mod and go.sum are not what 'go mod tidy' writes: %w", err)
	}
	return sh.RunWithV(config.Emptied(s.Run.Environment(config.ProjectsTests)), tools["golangci-lint"], "run", "./...")
}
