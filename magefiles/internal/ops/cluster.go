package ops

import (
	"context"
	"errors"
	"sync"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/helm"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/kube/access"
	"hub-ops/magefiles/internal/sandbox"
)

// destination is where a process goes, sandbox or not. It is decided once: a sandbox that ends between two targets of a
// run must not send the second to the real cluster.
var destination struct {
	sync.Mutex
	decided bool
	sandbox *sandbox.State
}

// aim turns to the sandbox if one is up. One that was started and no longer answers is an error: a run that was meant
// for it must not fall through to the real cluster.
func (s *Session) aim(ctx context.Context) error {
	if !s.Config.Sandbox || s.sandbox != nil {
		return nil
	}
	destination.Lock()
	defer destination.Unlock()
	if !destination.decided {
		state, err := s.box().Current()
		if err != nil {
			return err
		}
		destination.decided, destination.sandbox = true, state
		if state != nil {
			s.Console.Info("", "sandbox: all goes to registry %s and the cluster of %s, and nowhere else (SANDBOX=0 leaves it alone)", state.Registry, state.Kubeconfig)
		}
	}
	if destination.sandbox == nil {
		return nil
	}
	if err := s.box().Check(ctx, destination.sandbox); err != nil {
		return exit.With(exit.Setup, errors.Join(errors.New("the sandbox is up no longer: start it with sandbox:up, end it with sandbox:down, or leave it alone with SANDBOX=0"), err))
	}
	s.enter(destination.sandbox)
	return nil
}

// enter makes the sandbox's registry and cluster the only ones that the session knows.
func (s *Session) enter(state *sandbox.State) {
	s.sandbox = state
	s.Config.ClusterProvider, s.Config.Kubeconfig, s.Config.KubeContext = "none", state.Kubeconfig, ""
	s.Config.KubeconfigContent, s.Config.CloudSDK = "", ""
	if s.Config.Builder == "" && s.Config.BuildKitHost == "" {
		s.Config.BuildKitHost = state.BuildKit
	}
}

// cluster returns a client for the one cluster that this run can reach.
func (s *Session) cluster(ctx context.Context) (*kube.Client, *access.Access, error) {
	if err := s.aim(ctx); err != nil {
		return nil, nil, err
	}
	if s.sandbox == nil && !s.Config.Deploying() {
		return nil, nil, exit.Input("%s: no access to the cluster: only a push to a branch that deploys has it, and a run on your machine", s.Config.Event)
	}
	kubectl, err := s.kubectl(ctx)
	if err != nil {
		return nil, nil, err
	}
	access, err := s.access(ctx, kubectl)
	if err != nil {
		return nil, nil, err
	}
	client := &kube.Client{
		Run: s.Run, Path: kubectl, Env: access.Env(), Context: access.Context, Scratch: s.Scratch, Patience: s.Config.APIGrace,
	}
	closeSession := s.close
	s.close = func() { client.Close(); closeSession() }
	return client, access, nil
}

// kubectl is the one on PATH if it fits. The sandbox's control plane is newer than most: it gets the one of its version.
func (s *Session) kubectl(ctx context.Context) (string, error) {
	if s.sandbox == nil {
		return s.Tools.Find(ctx, "kubectl")
	}
	return s.Tools.Pinned(ctx, "kubectl")
}

// helm is the one on PATH if it fits. The sandbox's registry speaks plain HTTP, which helm learned piece by piece: there
// it is the pinned one. Where charts are in a registry, it takes its login from a copy of Docker's configuration.
func (s *Session) helm(ctx context.Context, access *access.Access) (*helm.Client, error) {
	names := map[string][]string{"3": {"helm3"}, "4": {"helm"}, "": {"helm", "helm3"}}[s.Config.HelmVersion]
	find := s.Tools.Find
	if s.sandbox != nil {
		find = s.Tools.Pinned
	}
	path, err := find(ctx, names...)
	if err != nil {
		return nil, err
	}
	docker, err := s.registry().Login(s.Scratch, s.Config.DockerConfig)
	if err != nil {
		return nil, exit.With(exit.Setup, err)
	}
	return helm.New(ctx, s.Run, path, append(access.Env(), docker), access.Context)
}

// where names the cluster and the registry of this run, for people.
func (s *Session) where(access *access.Access) string {
	place := "cluster " + access.Server + " (context " + access.Context + ")"
	if s.sandbox != nil {
		place = "the sandbox's " + place
	}
	return place
}
