package ops

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
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
	builder, err := s.builderFor(ctx, v, step)
	if err != nil {
		return err
	}
	defer s.Console.Beat(heartbeat, "building")()
	return s.each(ctx, v.hubs, "build", which.named, step, func(ctx context.Context, h hub.Hub) (string, error) {
		start := time.Now()
		reference, err := s.buildOne(ctx, v, builder, h)
		return fmt.Sprintf("built %s in %s", reference, time.Since(start).Round(time.Second/10)), err
	})
}

// builderFor finds the builder if any hub's step needs it: a run with nothing to do asks for none.
func (s *Session) builderFor(ctx context.Context, v *survey, stepOf func(name string) plan.Step) (image.Builder, error) {
	if !v.any(stepOf) {
		return nil, nil //nolint:nilnil // nobody asks for it then
	}
	return s.builder(ctx)
}

func (s *Session) buildOne(ctx context.Context, v *survey, builder image.Builder, h hub.Hub) (reference string, err error) {
	registry := s.registry()
	ref, err := registry.Reference(h.Name, v.of(h.Name).Tag)
	if err != nil {
		return "", err
	}
	cache, err := registry.CacheSource(ctx, h.Name)
	if err != nil && !errors.Is(err, image.ErrRefused) {
		return "", err
	}
	dockerfile, err := os.ReadFile(filepath.Join(s.Config.Root, h.ImageDir, "Dockerfile")) // #nosec G304 -- a file of the operator's repository
	if err != nil {
		return "", exit.Input("%s: %w", h.ImageDir, err)
	}
	base := registry.FindBase(ctx, dockerfile)
	err = builder.Build(ctx, v.repo, image.Build{
		Hub: h.Name, Reference: ref.String(), CacheFrom: cache, Base: base, Content: v.content(h.Name), Commit: v.head,
	})
	if err != nil {
		return "", err
	}
	return ref.String(), s.checkBuilt(ctx, builder, h.Name, ref.String(), base)
}

// checks is what the settings ask of a hub's image.
func (s *Session) checks(hub string) image.Checks {
	return image.Checks{Root: s.Config.RootImages, MaxSize: config.LimitOf(s.Config.MaxSize, hub)}
}

// checkBuilt looks at what was built: a pull request learns here what would not be pushed.
func (s *Session) checkBuilt(ctx context.Context, builder image.Builder, hub, reference string, base image.Base) error {
	built, err := builder.Built(ctx, reference)
	if err != nil {
		return exit.With(exit.Build, err)
	}
	warnings, err := s.checks(hub).Check(hub, base, built)
	for _, warning := range warnings {
		s.Console.Problem(hub, "warning: %s", warning)
	}
	return err
}
