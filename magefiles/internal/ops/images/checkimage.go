package images

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/build"
	imagecheck "hub-ops/magefiles/internal/image/check"
	"hub-ops/magefiles/internal/plan"
)

// buildsOrChecks is the step of a hub that a build carries out: a hub of which nothing is built can have an image to check.
func buildsOrChecks(h plan.Hub) plan.Step {
	if h.Build.Do || h.Build.Refused || !h.Checks() {
		return h.Build
	}
	return plan.Step{Do: true, Reason: "check.yaml has changed"}
}

// outcome tells what became of a hub's images.
func outcome(built []string, took time.Duration, checked []string) string {
	var texts []string
	if len(built) > 0 {
		texts = append(texts, fmt.Sprintf("built %s in %s", strings.Join(built, " and "), took))
	}
	return strings.Join(append(texts, checked...), "; ")
}

// trials are the checks of one hub's images, side by side.
type trials struct {
	all   sync.WaitGroup
	mu    sync.Mutex
	texts []string
	err   error
}

func newTrials() *trials { return &trials{} }

// begin begins a check, which returns in words how it ended.
func (c *trials) begin(check func() (string, error)) {
	c.all.Go(func() {
		text, err := check()
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.err = errors.Join(c.err, err); text != "" {
			c.texts = append(c.texts, text)
		}
	})
}

// wait waits for all of them.
func (c *trials) wait() (texts []string, err error) {
	c.all.Wait()
	slices.Sort(c.texts)
	return c.texts, c.err
}

// checkAgain checks an image that was built and pushed before, if this machine has it: that very image, whatever has its tag here.
func (b building) checkAgain(ctx context.Context, h hub.Hub, image hub.Image) (string, error) {
	if b.builder == nil {
		return "not checked", nil
	}
	ref, err := b.registry.Reference(image.Name, b.found.Content(image).Tag())
	if err != nil {
		return "", err
	}
	if !b.builder.Has(ctx, ref.String()) {
		b.Console.Problem(h.Name, "the image is not checked by the new %s: this machine does not have it; REBUILD=1 builds and checks it", image.Dir+"/"+imagecheck.File)
		return "not checked: this machine does not have the image", nil
	}
	id, err := b.builder.ID(ctx, ref.String())
	if err != nil {
		return "", exit.With(exit.Build, err)
	}
	pushed, err := b.registry.EngineIDs(ctx, image.Name, b.found.FactsOf(h.Name).Image(image.Key).Digest)
	if err != nil {
		return "", err
	}
	if !slices.Contains(pushed, id) {
		b.Console.Problem(h.Name, "the image is not checked by the new %s: this machine has another image as %s than the registry; REBUILD=1 builds and checks it", image.Dir+"/"+imagecheck.File, ref)
		return "not checked: this machine has another image under its tag", nil
	}
	return b.check(ctx, h, image, made{ref.String(), id})
}

// check has an image do what its check.yaml lists, once a run, and returns in words that it does. An image without one passes.
func (b building) check(ctx context.Context, h hub.Hub, image hub.Image, built made) (text string, err error) {
	wanted, is := b.found.Check(image)
	if !is {
		return "", nil
	}
	_, err = b.checked.build(built.reference, func() (made, error) {
		b.checking <- struct{}{}
		defer func() { <-b.checking }()
		return built, b.try(ctx, h, image, build.Trial{Hub: h.Name, Reference: built.reference, ID: built.id, Memory: wanted.Memory}, wanted)
	})
	if err != nil {
		b.Surveyor.Failed(image.Name, b.found.Content(image).Tag(), "its image did not pass its check")
		return "", err
	}
	return fmt.Sprintf("it does what %s lists (%d)", wanted.File, wanted.Count()), nil
}

// try runs the check in the engine that built the image, on each platform that it is for.
func (b building) try(ctx context.Context, h hub.Hub, image hub.Image, trial build.Trial, wanted imagecheck.Check) error {
	hubs, err := b.hubVersions(ctx, image, wanted)
	if err != nil {
		return err
	}
	asked := wanted.Ask(strings.ToLower(rand.Text()), hubs)
	trial.Nonce, trial.Script = asked.Nonce, asked.Script
	platforms := b.found.Content(image).BuiltFor()
	for _, platform := range platforms {
		on := ""
		if len(platforms) > 1 {
			on = " on " + platform
		}
		start := time.Now()
		b.Console.Info(h.Name, "checking %s%s by %s, with %s", trial.Reference, on, wanted.File, b.builder)
		trial.Platform = platform
		found, err := b.ask(ctx, h, trial, asked, wanted)
		if err != nil {
			return err
		}
		if len(found) > 0 {
			return b.mismatches(h.Name, on, found)
		}
		b.Console.Info(h.Name, "checked%s in %s", on, time.Since(start).Round(time.Second/10))
	}
	return nil
}

// ask asks the image, and returns what is not as it is wanted.
func (b building) ask(ctx context.Context, h hub.Hub, trial build.Trial, asked imagecheck.Asked, wanted imagecheck.Check) ([]imagecheck.Mismatch, error) {
	answers := asked.Listen(b.Run.Run.Redact.Mask)
	limited, cancel := context.WithTimeout(ctx, wanted.Time)
	defer cancel()
	err := b.builder.Try(limited, trial, answers)
	why := ""
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, build.ErrAnother):
		return nil, exit.Errorf(exit.Build, "the image of hub %s is not checked by %s: %w", h.Name, wanted.File, err).Try("find out who has built it, and run it again with REBUILD=1")
	case limited.Err() != nil:
		why = fmt.Sprintf("all of it may take %s (time)", wanted.Time)
	case err != nil && answers.Begun():
		why = err.Error()
	case err != nil || !answers.Begun():
		return nil, exit.Errorf(exit.Build, "the image of hub %s cannot be checked by %s: its entry point does not run /bin/sh: %s", h.Name, wanted.File, answers.Unbegun(err))
	}
	return asked.Judge(answers, why), nil
}

// mismatches tells each mismatch but the first, and returns the error, which tells that.
func (b building) mismatches(name, on string, found []imagecheck.Mismatch) error {
	more := ""
	if len(found) > 1 {
		more = fmt.Sprintf(" (and %d more, above)", len(found)-1)
	}
	for _, mismatch := range found[1:] {
		b.Console.Problem(name, "%s", mismatch)
	}
	return exit.Errorf(exit.Build, "the image of hub %s does not pass its check%s: %s%s", name, on, found[0], more).Try("mend the image, or what is wanted; nothing of it is pushed")
}

// hubVersions are the versions of JupyterHub that the charts of those hubs bring which have the image, whichever hubs the run is about.
func (b building) hubVersions(ctx context.Context, image hub.Image, wanted imagecheck.Check) ([]string, error) {
	if !wanted.OfChart() {
		return nil, nil
	}
	fetcher, err := b.To.ChartFetcher(ctx)
	if err != nil {
		return nil, err
	}
	hubs, unread, err := b.Surveyor.Readable(ctx)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(unread)) {
		b.Console.Problem(name, "no image is checked for this hub: %v", unread[name])
	}
	var versions []string
	for _, h := range hubs {
		if !slices.ContainsFunc(h.Images, func(i hub.Image) bool { return i.Name == image.Name && i.ID() == image.ID() }) {
			continue
		}
		tree, err := b.Surveyor.Tree(ctx, h)
		if err != nil {
			return nil, err
		}
		version, err := fetcher.HubVersion(ctx, h.Name, tree)
		switch {
		case err != nil:
			return nil, exit.Errorf(exit.Build, "%s:%d: which JupyterHub the chart of hub %s brings is not known: %w", wanted.File, wanted.SingleUser.Line, h.Name, err)
		case version == "":
			return nil, exit.Input("%s:%d: the chart of hub %s brings no chart jupyterhub that says its appVersion", wanted.File, wanted.SingleUser.Line, h.Name).
				Try("write the version of the hub in place of %q, such as 5.2", imagecheck.Chart)
		case !slices.Contains(versions, version):
			versions = append(versions, version)
		}
	}
	return versions, nil
}
