package ops

import (
	"context"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/sandbox"
)

// SandboxUp starts the sandbox, or finds it up.
func SandboxUp(ctx context.Context, s *Session) error {
	_, err := s.sandboxUp(ctx)
	return err
}

// sandboxUp starts the sandbox, with a buildkitd of its own where nothing else builds images.
func (s *Session) sandboxUp(ctx context.Context) (*sandbox.State, error) {
	box := s.box()
	box.BuildKit = s.noBuilder(ctx)
	return box.Up(ctx)
}

// SandboxDown ends the sandbox and removes everything that belongs to it.
func SandboxDown(ctx context.Context, s *Session) error {
	if err := s.box().Down(ctx); err != nil {
		return err
	}
	s.Console.Info("", "sandbox: down")
	return nil
}

// SandboxStatus prints whether the sandbox is up, and how to reach it.
func SandboxStatus(ctx context.Context, s *Session) error {
	state, err := s.box().Current()
	if err != nil {
		return err
	}
	if state == nil {
		s.Console.Result("down")
		return nil
	}
	if err := s.box().Check(ctx, state); err != nil {
		return exit.With(exit.Setup, err)
	}
	rows := [][]string{{"up", ""}, {"registry", state.Registry}, {"kubeconfig", state.Kubeconfig}}
	if state.BuildKit != "" {
		rows = append(rows, []string{"buildkitd", state.BuildKit})
	}
	s.Console.Table(rows)
	return nil
}

// SandboxAll starts the sandbox and takes the demonstration project through the whole pipeline.
func SandboxAll(ctx context.Context, s *Session) error {
	state, err := s.sandboxUp(ctx)
	if err != nil {
		return err
	}
	s.Config.Sandbox = true
	if err := s.aim(ctx); err != nil {
		return err
	}
	_, access, err := s.cluster(ctx)
	if err != nil {
		return err
	}
	helmClient, err := s.helm(ctx, access)
	if err != nil {
		return err
	}
	root, err := s.box().Demonstration(ctx, state, helmClient)
	if err != nil {
		return exit.With(exit.Setup, err)
	}
	demo, err := s.at(root)
	if err != nil {
		return err
	}
	defer func() { demo.close() }() // which may be more by then
	// Whatever CI system runs the demonstration: it is not what the CI system was set off by.
	demo.Config.Event, demo.Config.Sandbox = ci.Event{Kind: ci.Local}, true
	for _, next := range []step{
		{"plan", Plan}, {"setup", Setup}, {"build", BuildAll}, {"push", PushAll}, {"deploy and rollout", DeployAll}, {"status", Status},
	} {
		if err := demo.fold(ctx, next); err != nil {
			return err
		}
	}
	s.Console.Info("", "the demonstration project is in %s; the sandbox stays up: try your own hubs on it, end it with sandbox:down", root)
	return nil
}
