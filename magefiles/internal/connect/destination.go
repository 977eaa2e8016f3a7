package connect

import (
	"context"
	"errors"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/sandbox"
)

// Destination is where a run goes: to the sandbox on this machine, or to the registry and the cluster of the settings.
type Destination struct {
	Sandbox  *sandbox.State // nil: the real registry and cluster
	settings *config.Config // with the sandbox's cluster, if that is it
}

// Sandbox returns the sandbox of this machine, whether it is up or not.
func (c *Connections) Sandbox() *sandbox.Sandbox {
	s := c.session
	return &sandbox.Sandbox{Dir: s.Config.SandboxDir, Root: s.Config.Root, Run: s.Run, Console: s.Console, Tools: s.Tools, Nodes: s.Config.SandboxNodes, Hub: s.Config.SandboxHub}
}

// Destination decides once where the run goes: to the sandbox if one is up, unless SANDBOX=0 says otherwise. A sandbox that was
// started and no longer answers is an error, because a run that was meant for it must not reach the real cluster. A sandbox that
// was ended after this process began is an error too, because an earlier target of the command went there.
func (c *Connections) Destination(ctx context.Context) (Destination, error) {
	return c.destination.Get(ctx, func(ctx context.Context) (Destination, error) {
		outside := Destination{settings: c.session.Config}
		if !c.session.Config.Sandbox {
			return outside, nil
		}
		state, err := c.Sandbox().Current()
		if err != nil {
			return outside, err
		}
		if state == nil {
			return outside, c.checkNotEnded()
		}
		c.session.Console.Info("", "sandbox: all goes to registry %s and the cluster of %s, and nowhere else (SANDBOX=0 leaves it alone)", state.Registry, state.Kubeconfig)
		err = c.Sandbox().Check(ctx, state)
		if errors.Is(err, sandbox.ErrEnded) {
			return outside, exit.With(exit.Setup, errors.Join(exit.Errorf(exit.Setup, "the sandbox is up no longer").Try("start it with sandbox:up, end it with sandbox:down, or leave it alone with SANDBOX=0"), err))
		}
		if err != nil {
			return outside, exit.With(exit.Setup, err)
		}
		return Destination{Sandbox: state, settings: c.session.Config.ForSandbox(state.Kubeconfig, state.BuildKit)}, nil
	})
}

// sandboxed reports whether the run goes to the sandbox.
func (c *Connections) sandboxed(ctx context.Context) (bool, error) {
	to, err := c.Destination(ctx)
	return to.Sandbox != nil, err
}

// checkNotEnded refuses a run without a sandbox if an earlier target of the same command may have had one.
func (c *Connections) checkNotEnded() error {
	if !c.Sandbox().EndedSince(process.Started()) {
		return nil
	}
	return exit.Errorf(exit.Setup, "the sandbox was ended while this command was at work").Try("start the command again")
}
