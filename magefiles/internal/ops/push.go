package ops

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
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/survey"
	"hub-ops/magefiles/internal/ui"
)

// PushHub brings the image of one hub to the registry unless it is there.
func PushHub(ctx context.Context, name string) error { return runOf(ctx).push(ctx, fanout.One(name)) }

// PushAll brings the images to the registry that it does not have.
func PushAll(ctx context.Context) error { return runOf(ctx).push(ctx, fanout.All()) }

func (r *run) push(ctx context.Context, which fanout.Selection) error {
	found, err := r.surveyor.Of(ctx, which.Names()...)
	if err != nil {
		return err
	}
	if err := r.LockCheckout(); err != nil {
		return err
	}
	p := pushing{run: r, found: found, told: new(sync.Once)}
	step := func(h plan.Hub) plan.Step { return h.Push }
	if found.Any(step) {
		if p.signer, err = r.to.Signer(ctx); err != nil {
			return err
		}
		if p.registry, err = r.to.Registry(ctx); err != nil {
			return err
		}
	}
	// An image that is pushed and was not built lacks only its signature.
	if found.Any(func(h plan.Hub) plan.Step { return plan.Step{Do: h.Push.Do && h.Build.Do} }) {
		if p.builder, err = r.to.Builder(ctx); err != nil {
			return err
		}
	}
	defer r.Console.Beat(ui.Heartbeat, "pushing")()
	work := fanout.Work{Verb: "push", Console: r.Console, AtATime: r.Config.AtATime(), Selection: which, Step: step, Do: p.one}
	return work.Run(ctx, found.Hubs, found.Plan.Hubs)
}

// pushing is what the pushes of a run share.
type pushing struct {
	*run
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

// one pushes and signs the image of one hub, or only signs it if it was not built.
func (p pushing) one(ctx context.Context, h hub.Hub, _ func()) (text string, err error) {
	digest := p.found.FactsOf(h.Name).Digest
	if planned := p.found.Of(h.Name); planned.Build.Do {
		if text, digest, err = p.image(ctx, h, planned.Tag); err != nil {
			return "", err
		}
	}
	signed, err := p.sign(ctx, h.Name, digest)
	return strings.TrimPrefix(text+signed, "; "), err
}

func (p pushing) image(ctx context.Context, h hub.Hub, tag string) (text, digest string, err error) {
	ref, err := p.registry.Reference(h.Name, tag)
	if err != nil {
		return "", "", err
	}
	pusher := &push.Pusher{
		Registry: p.registry, Images: p.builder, Console: p.Console, CheckSize: p.imageChecks(h.Name).CheckSize, Compression: compress.Compression(p.Config.Compression),
		Blobs: push.OpenBlobs(filepath.Join(p.Config.CacheDir, "blobs.json")), CacheTagStays: p.cacheTagStays,
	}
	existing := push.RefuseExisting
	if p.Config.Rebuild {
		existing = push.ReplaceExisting
	}
	pushed, err := pusher.Push(ctx, h.Name, tag, existing)
	if errors.Is(err, source.ErrNoImage) {
		return "", "", exit.Errorf(exit.Push, "there is no image %s yet", ref).Try("build it first, with build:hub %s", h.Name)
	}
	if err != nil {
		return "", "", err
	}
	return fmt.Sprintf("pushed %s@%s: %s", ref, pushed.Digest, pushed), pushed.Digest, nil
}

// sign signs a hub's image in the registry, and returns the outcome in words.
func (p pushing) sign(ctx context.Context, name, digest string) (string, error) {
	switch {
	case p.signer == nil:
		return "", nil
	case !p.signer.Signing.There():
		p.Console.Problem(name, "not signed: neither COSIGN_PRIVATE_KEY nor COSIGN_KEY_FILE is set, and no deploy takes an image without a signature")
		return "", nil
	}
	if err := p.signer.Sign(ctx, name, p.registry.Pinned(name, digest)); err != nil {
		return "", fmt.Errorf("hub %s: %w", name, err)
	}
	return "; signed " + shortDigest(digest), nil
}

// shortDigest shortens a digest to the algorithm and twelve digits, which is enough for a person to compare.
func shortDigest(digest string) string {
	const length = len("sha256:") + 12
	if len(digest) > 64 {
		return digest[:length]
	}
	return digest
}
