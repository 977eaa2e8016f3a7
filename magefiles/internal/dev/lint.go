package dev

import (
	"context"

	"github.com/magefile/mage/sh"

	"hub-ops/magefiles/internal/session"
	"hub-ops/magefiles/internal/ui"
)

// Lint runs golangci-lint over the Go code: linters, and the formatter's check.
func Lint(ctx context.Context, s *session.Session) error {
	tools, err := s.Tools.Ensure(ctx, "golangci-lint")
	if err != nil {
		return err
	}
	defer s.Console.Beat(ui.Heartbeat, "linting")()
	return sh.RunV(tools["golangci-lint"], "run", "./...")
}
