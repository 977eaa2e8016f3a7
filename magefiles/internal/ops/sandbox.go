package ops

import (
	"context"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/exit"
)

// SandboxUp starts the sandbox, or finds it up.
func SandboxUp(ctx context.Context, s *Session) error {
	_, err := s.box().Up(ctx)
	return err
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
	s.Console.Table([][]string{{"up", ""}, {"registry", state.Registry}, {"kubeconfig", state.Kubeconfig}})
	return nil
}

// SandboxAll starts the sandbox and takes the demonstration project through the whole pipeline.
func SandboxAll(ctx context.Context, s *Session) error {
	state, err := s.box().Up(ctx)
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
	defer demo.close()
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
