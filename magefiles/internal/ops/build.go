package ops

import (
	"context"
	"errors"
	"fmt"
	"time"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/fanout"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/build"
	"hub-ops/magefiles/internal/image/content"
	imageregistry "hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/survey"
	"hub-ops/magefiles/internal/ui"
)

// BuildHub builds the image of one hub unless the registry has it.
func BuildHub(ctx context.Context, name string) error { return runOf(ctx).build(ctx, fanout.One(name)) }

// BuildAll builds the images that the registry does not have.
func BuildAll(ctx context.Context) error { return runOf(ctx).build(ctx, fanout.All()) }

func (r *run) build(ctx context.Context, which fanout.Selection) error {
	found, err := r.surveyor.Of(ctx, which.Names()...)
	if err != nil {
		return err
	}
	if err := r.LockCheckout(); err != nil {
		return err
	}
	step := func(h plan.Hub) plan.Step { return h.Build }
	var builder build.Builder // a run with nothing to build needs none
	if found.Any(step) {
		if builder, err = r.to.Builder(ctx); err != nil {
			return err
		}
	}
	defer r.Console.Beat(ui.Heartbeat, "building")()
	work := fanout.Work{Verb: "build", Console: r.Console, AtATime: r.Config.AtATime(), Selection: which, Step: step}
	work.Do = func(ctx context.Context, h hub.Hub, _ func()) (string, error) {
		start := time.Now()
		reference, err := r.buildImage(ctx, found, builder, h)
		return fmt.Sprintf("built %s in %s", reference, time.Since(start).Round(time.Second/10)), err
	}
	return work.Run(ctx, found.Hubs, found.Plan.Hubs)
}

// buildImage builds the image of a hub from what Git holds, and returns the image's name.
func (r *run) buildImage(ctx context.Context, found *survey.Survey, builder build.Builder, h hub.Hub) (reference string, err error) {
	registry, err := r.to.Registry(ctx)
	if err != nil {
		return "", err
	}
	ref, err := registry.Reference(h.Name, found.Of(h.Name).Tag)
	if err != nil {
		return "", err
	}
	cache, err := registry.CacheSource(ctx, h.Name)
	if err != nil && !errors.Is(err, imageregistry.ErrRefused) {
		return "", err
	}
	what := found.Content(h.Name)
	dockerfile, err := what.Dockerfile(ctx, found.Repo)
	if err != nil {
		return "", err
	}
	base := registry.FindBase(ctx, []byte(dockerfile), r.Config.BuildArgs)
	err = builder.Build(ctx, found.Repo, build.Build{
		Hub: h.Name, Reference: ref.String(), CacheFrom: cache, Base: base, Content: what, Commit: found.Head, Unlock: r.to.Unlock,
	})
	if err != nil {
		return "", err
	}
	return ref.String(), r.checkImage(ctx, builder, h.Name, ref.String(), base)
}

// checkImage checks what was built, so that a pull request shows what a push would refuse.
func (r *run) checkImage(ctx context.Context, builder build.Builder, hub, reference string, base content.Base) error {
	built, err := builder.Built(ctx, reference)
	if err != nil {
		return exit.With(exit.Build, err)
	}
	warnings, err := r.imageChecks(hub).Check(hub, base, built)
	for _, warning := range warnings {
		r.Console.Problem(hub, "warning: %s", warning)
	}
	return err
}

// imageChecks returns the checks of a hub's image, by the settings.
func (r *run) imageChecks(hub string) build.Checks {
	return build.Checks{Root: r.Config.RootImages, MaxSize: config.LimitOf(r.Config.MaxSize, hub)}
}
