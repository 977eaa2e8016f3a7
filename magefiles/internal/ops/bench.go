package ops

import (
	"context"

	"hub-ops/magefiles/internal/dev/bench"
)

// BenchPush measures pushes beside docker push and skopeo, with each builder that there is.
func BenchPush(ctx context.Context, s *Session) error {
	tools, err := s.Tools.Ensure(ctx, "registry", "buildkitd", "buildctl")
	if err != nil {
		return err
	}
	b := &bench.Push{Run: s.Run, Console: s.Console, Tools: tools, Scratch: s.Scratch}
	if b.Docker, err = s.docker(ctx); err != nil {
		s.Console.Info("", "without docker there is nothing to compare with: %v", err)
	}
	if b.Podman, err = s.podman(ctx); err != nil {
		s.Console.Info("", "Podman is left out: %v", err)
	}
	defer s.Console.Beat(heartbeat, "measuring")()
	return b.Measure(ctx)
}

// BenchDeploy measures deploys of a fleet beside the commands that a script would run.
func BenchDeploy(ctx context.Context, s *Session) error {
	defer s.Console.Beat(heartbeat, "measuring")()
	return (&bench.Deploy{Run: s.Run, Console: s.Console, Tools: s.Tools, Scratch: s.Scratch}).Measure(ctx)
}
