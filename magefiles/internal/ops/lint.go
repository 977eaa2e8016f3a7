package ops

import (
	"context"

	"hub-ops/magefiles/internal/process"
)

// LintGo runs the linters and the formatter's check over the Go code.
func LintGo(ctx context.Context, s *Session) error {
	tools, err := s.Tools.Ensure(ctx, "golangci-lint")
	if err != nil {
		return err
	}
	defer s.Console.Beat(heartbeat, "linting")()
	args := []string{"run", "./..."}
	return s.Run.Run(ctx, process.Cmd{Name: tools["golangci-lint"], Args: args, Dir: s.Config.Root, Show: process.Quote("golangci-lint", args...)})
}
