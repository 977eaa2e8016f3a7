// Package images builds the images of hubs, checks what they do, pushes and signs them, and prunes tags that nothing needs. In goes the
// survey of a run, whose plan says of which images; out come images in the engine and in the registry, and what failed of which hub.
package images

import (
	"context"
	"errors"
	"time"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/fanout"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/build"
	"hub-ops/magefiles/internal/image/content"
	"hub-ops/magefiles/internal/image/cosign"
	imageregistry "hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/ops/pipeline"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/survey"
	"hub-ops/magefiles/internal/ui"
)

// BuildHub builds the image of one hub unless the registry has it.
func BuildHub(ctx context.Context, name string) error {
	return buildSelected(ctx, run.Of(ctx), fanout.One(name))
}

// BuildAll builds the images that the registry does not have. One that fails stops no other, and no push of the others: see GoOn.
func BuildAll(ctx context.Context) error { return buildSelected(ctx, run.Of(ctx), fanout.All()) }

func buildSelected(ctx context.Context, r *run.Run, which fanout.Selection) error {
	found, err := r.Surveyor.Of(ctx, which.Names()...)
	if err != nil {
		return err
	}
	if err := r.LockCheckout(); err != nil {
		return err
	}
	step := buildsOrChecks
	pipeline.KeepPlan(r, found, r.Surveyor.Parts(found))
	b, err := newBuilding(ctx, r, found, found.Any(step))
	if err != nil {
		return err
	}
	defer r.Console.Beat(ui.Heartbeat, "building")()
	work := fanout.Work{Verb: "build", Console: r.Console, AtATime: r.Config.AtATime(), Selection: which, Step: step}
	work.Do = func(ctx context.Context, h hub.Hub, leave func()) (string, error) {
		start := time.Now()
		built, checks, err := b.images(ctx, h)
		took := time.Since(start).Round(time.Second / 10)
		leave() // the next build begins while this one's image is checked
		checked, failed := checks.wait()
		return outcome(built, took, checked), errors.Join(err, failed)
	}
	return r.SettleStage(ctx, work.Run(ctx, found.Hubs, found.Plan.Hubs))
}

// building is what the builds of a run share.
type building struct {
	*run.Run
	found    *survey.Survey
	registry imageregistry.Registry
	builder  build.Builder
	signer   *cosign.Cosign  // nil: nothing is signed
	planned  map[string]bool // references of the images that this run builds
	all      *builds
	checked  *builds
	checking chan struct{} // has a place for each check that is under way
}

// newBuilding gets ready to build. A run with nothing to build needs no builder.
func newBuilding(ctx context.Context, r *run.Run, found *survey.Survey, anything bool) (b building, err error) {
	b = building{Run: r, found: found, planned: map[string]bool{}, all: newBuilds(), checked: newBuilds()}
	b.checking = make(chan struct{}, max(1, r.Config.AtATime()))
	if !anything {
		return b, nil
	}
	for _, h := range found.Plan.Hubs {
		for _, image := range h.Images {
			if image.Build.Do {
				b.planned[image.Reference()] = true
			}
		}
	}
	if b.builder, err = r.To.Builder(ctx); err != nil && len(b.planned) == 0 {
		r.Console.Problem("", "images whose check.yaml has changed are not checked: %v", err)
		b.builder = nil
		return b, nil // they are in the registry, and this machine cannot have them
	}
	if err != nil {
		return b, err
	}
	r.Console.Journal.About("Builder", b.builder.String())
	if b.registry, err = r.To.Registry(ctx); err != nil {
		return b, err
	}
	if r.Config.Deploying() {
		b.signer, err = r.To.Signer(ctx)
	}
	return b, err
}

// images builds those images of a hub that the plan says, and returns their references, and what is being checked. One that fails does not stop
// the others.
func (b building) images(ctx context.Context, h hub.Hub) (built []string, checks *trials, err error) {
	checks = newTrials()
	for i, image := range h.Images {
		planned := b.found.Of(h.Name).Images[i]
		if !planned.Build.Do {
			if planned.Check.Do {
				checks.begin(func() (string, error) { return b.checkAgain(ctx, h, image) })
			}
			continue
		}
		made, failed := b.image(ctx, h, image)
		if failed != nil {
			b.Surveyor.Failed(image.Name, planned.Tag, "its image was not built")
			err = errors.Join(err, failed)
			continue
		}
		built = append(built, made.reference)
		if planned.Check.Do {
			checks.begin(func() (string, error) { return b.check(ctx, h, image, made) })
		}
	}
	return built, checks, err
}

// image builds one image of a hub, unless this run has built it for another hub.
func (b building) image(ctx context.Context, h hub.Hub, image hub.Image) (made, error) {
	ref, err := b.registry.Reference(image.Name, b.found.Content(image).Tag())
	if err != nil {
		return made{}, err
	}
	return b.all.build(ref.String(), func() (made, error) {
		if err := b.fromGit(ctx, h, image, ref.String()); err != nil {
			return made{}, err
		}
		id, err := b.builder.ID(ctx, ref.String())
		return made{ref.String(), id}, exit.With(exit.Build, err)
	})
}

// fromGit builds an image from what Git holds.
func (b building) fromGit(ctx context.Context, h hub.Hub, image hub.Image, reference string) error {
	own, err := b.ownBases(ctx, h, image)
	if err != nil {
		return err
	}
	cache, err := cacheFor(ctx, b.Run, b.registry, image.Name)
	if err != nil && !errors.Is(err, imageregistry.ErrRefused) {
		return err
	}
	what := b.found.Content(image)
	dockerfile, err := what.DockerfileIfThere(ctx, b.found.Repo)
	if err == nil && dockerfile == "" && what.Repo2docker == "" {
		_, err = what.Dockerfile(ctx, b.found.Repo) // which says what is wrong
	}
	if err != nil {
		return err
	}
	files, err := b.To.Files(ctx)
	if err != nil {
		return err
	}
	secrets, err := files.Secrets(ctx, b.Config.SecretPlaces())
	if err != nil {
		return err
	}
	made := build.Build{
		Hub: h.Name, Reference: reference, CacheFrom: cache, Content: what, Commit: b.found.Head, OwnBases: own, Secrets: secrets,
	}
	if wanted, is := b.found.Check(image); is {
		made.Check = wanted.Digest
	}
	made.Base = b.registry.FindBase(ctx, []byte(dockerfile), made.Args())
	if what.Base != "" && made.Base.Digest != what.Base { // the tag says on which it is built
		return exit.Errorf(exit.Build, "the image of hub %s is not built: its registry does not say now that the base %s is %s", h.Name, made.Base.Name, what.Base).Try("run it again")
	}
	if err := b.builder.Build(ctx, b.found.Repo, made); err != nil {
		return err
	}
	return checkImage(ctx, b.Run, b.builder, image.Name, reference, made.Base)
}

// cacheFor returns the image that a build of a hub can take unchanged layers from; "" if there is none. A run that may push signs what it builds, where
// images are signed. So it takes layers only of an image that is signed as this hub's: else whoever may write to the registry could put
// them into what is signed here.
func cacheFor(ctx context.Context, r *run.Run, registry imageregistry.Registry, name string) (string, error) {
	if !r.Config.Deploying() {
		return registry.CacheSource(ctx, name)
	}
	signer, err := r.To.Signer(ctx)
	switch {
	case err != nil:
		return "", err
	case signer == nil:
		return registry.CacheSource(ctx, name)
	}
	digest, err := registry.Digest(ctx, name, imageregistry.CacheTag)
	if digest == "" || err != nil {
		return "", err
	}
	last := registry.Pinned(name, digest)
	if _, err = signer.Verify(ctx, last, cosign.Subject{Hub: name, Repository: registry.Repository(name)}); !cosign.Unsigned(err) {
		return last, err
	}
	r.Console.Info(name, "the image that was pushed last, %s, is no cache for this build: %v", last, err)
	return "", nil
}

// checkImage checks what was built, so that a pull request shows what a push would refuse.
func checkImage(ctx context.Context, r *run.Run, builder build.Builder, image, reference string, base content.Base) error {
	built, err := builder.Built(ctx, reference)
	if err != nil {
		return exit.With(exit.Build, err)
	}
	warnings, err := imageChecks(r, image).Check(image, base, built)
	for _, warning := range warnings {
		r.Console.Problem(image, "warning: %s", warning)
	}
	return err
}

// imageChecks returns the checks of an image, by the settings.
func imageChecks(r *run.Run, image string) build.Checks {
	return build.Checks{Root: r.Config.RootImages, MaxSize: config.LimitOf(r.Config.MaxSize, image)}
}
