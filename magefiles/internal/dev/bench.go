package dev

import (
	"context"

	"hub-ops/magefiles/internal/connect"
	"hub-ops/magefiles/internal/dev/bench"
	"hub-ops/magefiles/internal/session"
	"hub-ops/magefiles/internal/ui"
)

// BenchPush measures pushes beside docker push and skopeo, with each builder that there is.
func BenchPush(ctx context.Context, s *session.Session, to *connect.Connections) error {
	tools, err := s.Tools.Ensure(ctx, "registry", "buildkitd", "buildctl")
	if err != nil {
		return err
	}
	b := &bench.Push{Run: s.Run, Console: s.Console, Tools: tools, Scratch: s.Scratch}
	if b.Docker, err = to.Docker(ctx); err != nil {
		s.Console.Info("", "without docker there is nothing to compare with: %v", err)
	}
	if b.Podman, err = to.Podman(ctx); err != nil {
		s.Console.Info("", "Podman is left out: %v", err)
	}
	defer s.Console.Beat(ui.Heartbeat, "measuring")()
	return b.Measure(ctx)
}

// BenchDeploy measures deploys of a fleet beside the commands that a script would run.
func BenchDeploy(ctx context.Context, s *session.Session) error {
	defer s.Console.Beat(ui.Heartbeat, "measuring")()
	return (&bench.Deploy{Run: s.Run, Console: s.Console, Tools: s.Tools, Scratch: s.Scratch}).Measure(ctx)
}

// BenchDiagnosis measures how long failing deploys take to tell their cause, on a sandbox of its own, with a real node if there can be one.
func BenchDiagnosis(ctx context.Context, s *session.Session) error {
	defer s.Console.Beat(ui.Heartbeat, "measuring")()
	return (&bench.Diagnosis{Run: s.Run, Console: s.Console, Tools: s.Tools, Scratch: s.Scratch, Root: s.Config.Root, Nodes: s.Config.SandboxNodes}).Measure(ctx)
}

// BenchPlan measures how plans grow with the number of hubs, on a sandbox of its own.
func BenchPlan(ctx context.Context, s *session.Session) error {
	defer s.Console.Beat(ui.Heartbeat, "measuring")()
	return (&bench.Plan{Run: s.Run, Console: s.Console, Tools: s.Tools, Scratch: s.Scratch}).Measure(ctx)
}

// BenchFleet measures plans and deploys of a thousand hubs beside a script's commands and helmfile, on a sandbox of its own.
func BenchFleet(ctx context.Context, s *session.Session) error {
	defer s.Console.Beat(ui.Heartbeat, "measuring")()
	return (&bench.Fleet{Plan: bench.Plan{Run: s.Run, Console: s.Console, Tools: s.Tools, Scratch: s.Scratch}}).Measure(ctx)
}
