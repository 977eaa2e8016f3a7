package ops

import (
	"context"

	"hub-ops/magefiles/internal/run"
)

// Test runs go vet and all tests of the project, with the race detector.
func Test(ctx context.Context, s *Session) error {
	defer s.Console.Beat(heartbeat, "testing")()
	for _, args := range [][]string{
		{"vet", "-tags", "mage", "./..."},
		{"test", "-race", "-timeout", "30m", "./..."},
	} {
		if err := s.Run.Run(ctx, run.Cmd{Name: "go", Args: args, Dir: s.Config.Root, Show: run.Quote("go", args...)}); err != nil {
			return err
		}
	}
	return nil
}
