package ops

import (
	"context"
	"errors"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/plan"
)

// Setup gets the tools that are missing, and makes sure that builder, registry and cluster are there and let us in.
// NO_SETUP=1 leaves it out.
func Setup(ctx context.Context, s *Session) error {
	return s.setup(ctx, (*Session).setupImages, (*Session).setupCluster, (*Session).setupHelm, (*Session).setupReleases)
}

// SetupImages is the part of Setup that a push needs.
func SetupImages(ctx context.Context, s *Session) error { return s.setup(ctx, (*Session).setupImages) }

// SetupCluster is the part of Setup that a deploy needs.
func SetupCluster(ctx context.Context, s *Session) error {
	return s.setup(ctx, (*Session).setupCluster)
}

func (s *Session) setup(ctx context.Context, parts ...func(*Session, context.Context) error) error {
	if s.Config.NoSetup {
		s.Console.Info("", "setup: left out (NO_SETUP=1)")
		return nil
	}
	if !s.Config.Deploying() {
		s.Console.Info("", "setup: left out, %s: nothing may be pushed or deployed", s.Config.Event)
		return nil
	}
	if err := s.aim(ctx); err != nil {
		return err
	}
	defer s.Console.Beat(heartbeat, "setting up")()
	for _, part := range parts {
		if err := part(s, ctx); err != nil {
			return err
		}
	}
	return nil
}

func (s *Session) setupCluster(ctx context.Context) error {
	client, access, err := s.cluster(ctx)
	if err != nil {
		return err
	}
	version, err := client.ServerVersion(ctx)
	if err != nil {
		return err
	}
	s.Console.Info("", "setup: %s answers, Kubernetes %s", s.where(access), version)
	tillers, _, err := client.Tillers(ctx)
	if err == nil && len(tillers) > 0 {
		s.Console.Problem("", "setup: %s: no hub can be deployed beside it", tillerRuns(tillers))
	}
	if err != nil {
		return err
	}
	return s.tellForbidden(ctx, client)
}

// setupHelm is no part of what a deploy begins with: where nothing is to be deployed, no helm runs at all.
func (s *Session) setupHelm(ctx context.Context) error {
	_, access, err := s.cluster(ctx)
	if err != nil {
		return err
	}
	client, err := s.helm(ctx, access)
	if err != nil {
		return err
	}
	s.Console.Info("", "setup: helm %s, %s", client.Version, client.Path)
	return nil
}

// setupReleases tells of releases that are stuck. A deploy looks at its own, and puts them in order.
func (s *Session) setupReleases(ctx context.Context) error {
	client, _, err := s.cluster(ctx)
	if err != nil {
		return err
	}
	text, err := stuckReleases(ctx, client)
	switch {
	case errors.Is(err, errStuck):
		s.Console.Problem("", "setup: %v", err)
		return nil
	case err == nil:
		s.Console.Info("", "setup: %s", text)
	}
	return err
}

// tellForbidden tells what a deploy may need and may not do here. Which of it a chart needs, helm finds out.
func (s *Session) tellForbidden(ctx context.Context, client *kube.Client) error {
	names, err := hub.Names(s.Config.Root, s.Config.Charts)
	if err != nil || len(names) == 0 {
		return err
	}
	missing, err := client.Forbidden(ctx, names[0])
	switch {
	case err != nil:
		return err
	case len(missing) > 0:
		s.Console.Problem("", "setup: not allowed to %s: a chart that has such objects will fail", strings.Join(missing, "; "))
	default:
		s.Console.Info("", "setup: this account may do all that a deploy needs")
	}
	return nil
}

// setupImages checks what building and pushing need, if any hub has an image. A hub whose files are broken is the
// business of who works on it: it stops no other.
func (s *Session) setupImages(ctx context.Context) error {
	hubs, err := hub.All(s.Config.Root, s.Config.Charts)
	withImage := slices.IndexFunc(hubs, func(h hub.Hub) bool { return h.ImageDir != "" })
	if len(hubs) == 0 && err != nil {
		return err
	}
	if withImage < 0 || !s.Config.Build {
		return nil
	}
	builder, err := s.builder(ctx)
	if err != nil {
		return err
	}
	s.Console.Info("", "setup: %s", builder)
	if err := s.registry().Check(ctx, hubs[withImage].Name); err != nil {
		return err
	}
	s.Console.Info("", "setup: the registry takes images for %s", s.registry().Repository("{hub}"))
	signer, err := s.cosign(ctx)
	if signer != nil {
		s.Console.Info("", "setup: %s", signer)
	}
	return err
}

// Allowed checks a hub's name, and whether the event may push and deploy it, before anything at all is done.
func Allowed(verb, name string) Verb {
	return func(ctx context.Context, s *Session) error {
		if _, err := s.hubs([]string{name}); err != nil {
			return err
		}
		return MayTouch(verb, name)(ctx, s)
	}
}

// MayTouch is Allowed for a hub that need not be in the repository any more.
func MayTouch(verb, name string) Verb {
	return func(_ context.Context, s *Session) error {
		if err := hub.CheckName(name); err != nil {
			return err
		}
		owner, err := plan.Owner(s.Config.Branches, name)
		if err != nil {
			return err
		}
		if gate := plan.Gate(s.Config.Event, name, owner); gate.Refused {
			return refused(verb, name, gate)
		}
		return nil
	}
}
