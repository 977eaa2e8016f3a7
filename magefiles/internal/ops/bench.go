package ops

import (
	"context"

	"hub-ops/magefiles/internal/bench"
	"hub-ops/magefiles/internal/image"
)

// BenchPush measures pushes beside docker push and skopeo.
func BenchPush(ctx context.Context, s *Session) error {
	docker, err := image.FindDocker(ctx, s.Run, s.Scratch, s.Config.DockerConfig, s.registry())
	if err != nil {
		return err
	}
	crane, err := s.Tools.Pinned(ctx, "crane")
	if err != nil {
		return err
	}
	defer s.Console.Beat(heartbeat, "measuring")()
	return (&bench.Push{Run: s.Run, Console: s.Console, Docker: docker, Crane: crane, Scratch: s.Scratch}).Measure(ctx)
}
