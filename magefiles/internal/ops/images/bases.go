package images

import (
	"context"
	"sync"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/build"
	"hub-ops/magefiles/internal/image/cosign"
	"hub-ops/magefiles/internal/plan"
)

// builds are the images that a run builds, each once: whoever needs one first, because it builds it or is built on it, builds it.
type builds struct {
	mu    sync.Mutex
	begun map[string]*buildOnce // by reference
}

func newBuilds() *builds { return &builds{begun: map[string]*buildOnce{}} }

type buildOnce struct {
	once sync.Once
	made made
	err  error
}

// made is an image that a builder has: what it is called, and what it is.
type made struct{ reference, id string }

// build builds an image, unless that was done; then it returns how that ended.
func (b *builds) build(reference string, do func() (made, error)) (made, error) {
	b.mu.Lock()
	one := b.begun[reference]
	if one == nil {
		one = &buildOnce{}
		b.begun[reference] = one
	}
	b.mu.Unlock()
	one.once.Do(func() { one.made, one.err = do() })
	return one.made, one.err
}

// ownBases returns the images of the repository that an image is built on: those that this run builds when they are built, others as the
// registry has them.
func (b building) ownBases(ctx context.Context, h hub.Hub, image hub.Image) (bases []build.OwnBase, err error) {
	for _, needed := range image.Bases {
		base := h.Image(needed.Key)
		fact := b.found.FactsOf(h.Name).Image(needed.Key)
		var reference string
		if b.isBuilt(fact) {
			built, err := b.image(ctx, h, base)
			if err != nil {
				return nil, exit.Errorf(exit.Build, "building the image %s of hub %s: its base image %s was not built", image.Name, h.Name, base.Name)
			}
			if _, err = b.check(ctx, h, base, built); err != nil {
				return nil, exit.Errorf(exit.Build, "building the image %s of hub %s: its base image %s did not pass its check", image.Name, h.Name, base.Name)
			}
			reference = built.reference
		} else if reference, err = b.pinned(ctx, base, fact); err != nil {
			return nil, err
		}
		bases = append(bases, build.OwnBase{Variable: needed.Variable, Reference: reference})
	}
	return bases, nil
}

// isBuilt reports whether this run builds an image, for whichever hub.
func (b building) isBuilt(fact plan.ImageFacts) bool { return b.planned[fact.Reference()] }

// pinned is an image of the registry by tag and digest. A run that may push signs what it builds, where images are signed: so it builds on
// nothing that is not signed as this very image.
func (b building) pinned(ctx context.Context, image hub.Image, fact plan.ImageFacts) (string, error) {
	name := b.registry.Repository(image.Name)
	if fact.Digest == "" {
		return name + ":" + fact.Tag, nil // it is not known whether the registry has it: the build tells
	}
	if b.signer != nil && b.Config.Deploying() {
		_, err := b.signer.Verify(ctx, name+"@"+fact.Digest, cosign.Subject{Hub: image.Name, Repository: name, Tag: fact.Tag})
		if cosign.Unsigned(err) {
			return "", exit.Errorf(exit.Push, "nothing is built on %s:%s: %w", name, fact.Tag, err).Try("find out who put it there; REBUILD=1 builds, pushes and signs it anew")
		}
		if err != nil {
			return "", err
		}
	}
	return name + ":" + fact.Tag + "@" + fact.Digest, nil
}
