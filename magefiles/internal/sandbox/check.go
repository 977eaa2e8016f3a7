package sandbox

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
)

// ErrEnded is why a sandbox cannot be used whose processes have ended. Nothing brings it back but a new start.
var ErrEnded = errors.New("its processes have ended")

// longestUnready is how long a sandbox whose processes run may not answer: on a busy machine, or one that has just woken, it is slow at times.
const longestUnready = 30 * time.Second

// Check returns why the sandbox cannot be used, nil if it can. One that is slow is waited for.
func (s *Sandbox) Check(ctx context.Context, state *State) error {
	tools, err := s.Tools.Ensure(ctx, "kubectl")
	if err != nil {
		return err
	}
	return s.patiently(ctx, state, longestUnready, func() error {
		if err := checkRegistry(ctx, state.Registry); err != nil {
			return err
		}
		if err := s.ready(ctx, tools["kubectl"], state); err != nil {
			return fmt.Errorf("the sandbox's cluster: %w", err)
		}
		return nil
	})
}

// patiently checks until it succeeds, the sandbox's processes have ended, or that has taken longest.
func (s *Sandbox) patiently(ctx context.Context, state *State, longest time.Duration, check func() error) error {
	for start, told := time.Now(), false; ; told = true {
		failed := check()
		if failed == nil || ctx.Err() != nil {
			return errors.Join(ctx.Err(), failed)
		}
		found, err := processes(s.Dir)
		if err != nil {
			return err
		}
		if !state.runs(found) {
			return fmt.Errorf("%w: %w", ErrEnded, failed)
		}
		if time.Since(start) > longest {
			return exit.Errorf(exit.Setup, "the sandbox runs, and has not answered for %s: %w", longest, failed).Try("wait until this machine has less to do; or end it with sandbox:down, with all that it holds")
		}
		if !told {
			s.Console.Info("", "the sandbox runs, and does not answer yet: waiting for it, up to %s", longest)
		}
		select {
		case <-ctx.Done():
		case <-time.After(min(time.Second, longest)):
		}
	}
}

// runs reports whether these programs can answer: a registry, and a control plane or what starts one again.
func (s *State) runs(found map[int]string) bool {
	needed := []string{"imageregistry", "etcd", "kube-apiserver"}
	if s.RunsContainers() {
		needed = []string{"imageregistry", "realnode"}
	}
	programs := slices.Collect(maps.Values(found))
	return !slices.ContainsFunc(needed, func(program string) bool { return !slices.Contains(programs, program) })
}

// ready returns nil when the cluster says that it is ready.
func (s *Sandbox) ready(ctx context.Context, kubectl string, state *State) error {
	_, err := s.Run.Output(ctx, process.Cmd{
		Name: kubectl, Args: []string{"get", "--raw", "/readyz", "--request-timeout", "5s"},
		Env: []string{"KUBECONFIG=" + state.Kubeconfig, "KUBECACHEDIR=" + s.path("kube-cache")},
	})
	return err
}
