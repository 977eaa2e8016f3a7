package images

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/fanout"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/build"
	"hub-ops/magefiles/internal/image/compress"
	"hub-ops/magefiles/internal/image/cosign"
	"hub-ops/magefiles/internal/image/push"
	"hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/image/source"
	"hub-ops/magefiles/internal/ops/pipeline"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/survey"
	"hub-ops/magefiles/internal/ui"
)

// PushHub brings the image of one hub to the registry unless it is there.
func PushHub(ctx context.Context, name string) error {
	return pushSelected(ctx, run.Of(ctx), fanout.One(name))
}

// PushAll brings the images to the registry that it does not have, but for those that this run could not build.
func PushAll(ctx context.Context) error { return pushSelected(ctx, run.Of(ctx), fanout.All()) }

func pushSelected(ctx context.Context, r *run.Run, which fanout.Selection) error {
	found, err := r.Surveyor.Of(ctx, which.Names()...)
	if err != nil {
		return err
	}
	if err := r.LockCheckout(); err != nil {
		return err
	}
	if err := r.Surveyor.Recall(found); err != nil {
		return err
	}
	pipeline.KeepPlan(r, found, r.Surveyor.Parts(found))
	p := pushing{Run: r, found: found, told: new(sync.Once)}
	step := func(h plan.Hub) plan.Step { return h.Push }
	if found.Any(step) {
		if p.signer, err = r.To.Signer(ctx); err != nil {
			return err
		}
		if p.registry, err = r.To.Registry(ctx); err != nil {
			return err
		}
		if p.builder, err = r.To.Builder(ctx); err != nil {
			return err
		}
	}
	defer r.Console.Beat(ui.Heartbeat, "pushing")()
	work := fanout.Work{Verb: "push", Console: r.Console, AtATime: r.Config.AtATime(), Selection: which, Step: step, Do: p.one}
	return r.SettleStage(ctx, work.Run(ctx, found.Hubs, found.Plan.Hubs))
}

// pushing is what the pushes of a run share.
type pushing struct {
	*run.Run
	found    *survey.Survey
	registry registry.Registry
	builder  build.Builder
	signer   *cosign.Cosign // nil: nothing is signed
	told     *sync.Once     // that the tag for the cache cannot move
}

// cacheTagStays tells why the tag for the cache was not moved: once, if the registry moves none.
func (p pushing) cacheTagStays(hub string, err error) {
	if !registry.Immutable(err) {
		p.Console.Problem(hub, "the image is pushed, and the tag %s was not moved to it: the next build may find fewer layers again: %v", registry.CacheTag, err)
		return
	}
	p.told.Do(func() {
		p.Console.Problem(hub, "this registry lets no tag be overwritten, so %s stays where it is: images are pushed all the same, and builds find only the layers of "+
			"the image that has the tag now; leave that tag out of the registry's rule if they should find more", registry.CacheTag)
	})
}

// one pushes the images of one hub that this run has built, and signs them. One that fails does not stop the others.
func (p pushing) one(ctx context.Context, h hub.Hub, _ func()) (string, error) {
	planned, texts, failures := p.found.Of(h.Name), []string{}, []error{}
	for _, image := range planned.Images {
		if !image.Push.Do {
			continue
		}
		text, err := p.image(ctx, planned, image)
		if err != nil {
			p.Surveyor.Failed(image.Name, image.Tag, "its image was not pushed")
			failures = append(failures, err)
			continue
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, "; "), errors.Join(failures...)
}

// image pushes one image of a hub.
func (p pushing) image(ctx context.Context, h plan.Hub, image plan.Image) (string, error) {
	p.Console.Also(image.Name, h.Name)
	ref, err := p.registry.Reference(image.Name, image.Tag)
	if err != nil {
		return "", err
	}
	pusher := &push.Pusher{
		Pass: h.Pass, Registry: p.registry, Images: p.builder, Console: p.Console, CheckSize: imageChecks(p.Run, image.Name).CheckSize, Compression: compress.Compression(p.Config.Compression),
		Blobs: push.OpenBlobs(filepath.Join(p.Config.CacheDir, "layers.json")), CacheTagStays: p.cacheTagStays, Vouch: p.vouch(image.Tag),
	}
	existing := push.RefuseExisting
	if p.Config.Rebuild {
		existing = push.ReplaceExisting
	}
	pushed, err := pusher.Push(ctx, image.Name, image.Tag, existing)
	if errors.Is(err, source.ErrNoImage) {
		return "", exit.Errorf(exit.Push, "there is no image %s yet", ref).Try("build it first, with build:hub %s", h.Name)
	}
	if err != nil {
		return "", err
	}
	p.Surveyor.Pushed(image.Name, image.Tag, pushed.Digest)
	text := fmt.Sprintf("pushed %s@%s: %s", ref, pushed.Digest, pushed)
	switch {
	case pusher.Vouch != nil:
		text += "; signed " + registry.ShortDigest(pushed.Digest)
	case p.signer != nil:
		p.Console.Problem(h.Name, "not signed: neither COSIGN_PRIVATE_KEY nor COSIGN_KEY_FILE is set, and no deploy takes an image without a signature")
	}
	return text, nil
}

// vouch returns what signs an image before its tag names it; nil where there is no key.
func (p pushing) vouch(tag string) func(ctx context.Context, hub, digest string) error {
	if p.signer == nil || !p.signer.Signing.There() {
		return nil
	}
	return func(ctx context.Context, hub, digest string) error {
		return p.signer.Sign(ctx, p.registry.Pinned(hub, digest), cosign.Subject{Hub: hub, Repository: p.registry.Repository(hub), Tag: tag, Commit: p.found.Head.Hash})
	}
}
