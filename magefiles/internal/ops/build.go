package ops

import (
	"context"
	"errors"
	"fmt"
	"time"

	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image"
	"hub-ops/magefiles/internal/plan"
)

// BuildHub builds the image of one hub unless the registry has it.
func BuildHub(name string) Verb {
	return func(ctx context.Context, s *Session) error { return s.build(ctx, one(name)) }
}

// BuildAll builds the images that the registry does not have.
func BuildAll(ctx context.Context, s *Session) error { return s.build(ctx, selection{}) }

func (s *Session) build(ctx context.Context, which selection) error {
	v, err := s.survey(ctx, which.names...)
	if err != nil {
		return err
	}
	if err := s.lockCheckout(); err != nil {
		return err
	}
	step := func(name string) plan.Step { return v.of(name).Build }
	docker, err := s.docker(ctx, v, step)
	if err != nil {
		return err
	}
	defer s.Console.Beat(heartbeat, "building")()
	return s.each(ctx, v.hubs, "build", which.named, step, func(ctx context.Context, h hub.Hub) (string, error) {
		start := time.Now()
		reference, err := s.buildOne(ctx, v, docker, h)
		return fmt.Sprintf("built %s in %s", reference, time.Since(start).Round(time.Second/10)), err
	})
}

// docker finds the engine if any hub's step needs it: a run with nothing to do asks for none.
func (s *Session) docker(ctx context.Context, v *survey, stepOf func(name string) plan.Step) (*image.Docker, error) {
	if !v.any(stepOf) {
		return nil, nil //nolint:nilnil // nobody asks for it then
	}
	return s.findDocker(ctx)
}

func (s *Session) findDocker(ctx context.Context) (*image.Docker, error) {
	return image.FindDocker(ctx, s.Run, s.Scratch, s.Config.DockerConfig, s.registry())
}

func (s *Session) buildOne(ctx context.Context, v *survey, docker *image.Docker, h hub.Hub) (reference string, err error) {
	registry := s.registry()
	ref, err := registry.Reference(h.Name, v.of(h.Name).Tag)
	if err != nil {
		return "", err
	}
	cache, err := registry.CacheSource(ctx, h.Name)
	if err != nil && !errors.Is(err, image.ErrRefused) {
		return "", err
	}
	return ref.String(), docker.Build(ctx, v.repo, image.Build{
		Hub: h.Name, Reference: ref.String(), CacheFrom: cache, Tree: v.trees[h.Name], Commit: v.head,
	})
}
