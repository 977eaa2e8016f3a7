package survey

import (
	"context"
	"sync"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/plan"
)

// shownDigits are those of a digest that stand for the tag of an image which is named by its digest alone.
const shownDigits = 12

// factsElsewhere asks its registry for an image that is built elsewhere. One that refuses access, or does not answer, stops no other hub: the fact
// says so.
func (s *Surveyor) factsElsewhere(ctx context.Context, images registry.Registry, h hub.Hub, image hub.Image, verifies bool) (plan.ImageFacts, error) {
	fact := plan.ImageFacts{Key: image.Key, Name: image.Name, Tag: ElsewhereTag(image.Elsewhere)}
	fact.Elsewhere = plan.Elsewhere{Elsewhere: image.Elsewhere, At: image.At}
	if verifies {
		var err error
		if fact.Elsewhere.Elsewhere, err = s.Vouched(ctx, h.Name, image); err != nil {
			return fact, err
		}
	}
	found := s.answers.of(image.From, func() (a answer) {
		if a.digest, a.err = images.DigestOf(ctx, image.From); a.digest != "" && verifies {
			a.signed, a.err = images.SignedAt(ctx, image.Name+"@"+a.digest)
		}
		return a
	})
	fact.Digest, fact.Present, fact.Signed = found.digest, found.digest != "", found.signed
	if err := found.err; err != nil {
		if ctx.Err() != nil {
			return fact, err
		}
		fact.Unanswered = exit.Cause(err)
		if remedy := exit.Remedy(err); remedy != "" {
			fact.Unanswered += "; " + remedy
		}
		to, err := s.to.Destination(ctx)
		fact.Assumed = to.Sandbox != nil && !verifies
		return fact, err
	}
	return fact, nil
}

// answers are what registries have said of images that are built elsewhere: hubs that share one ask once.
type answers struct {
	mu    sync.Mutex
	known map[string]func() answer // by the names of images
}

type answer struct {
	digest string
	signed bool
	err    error
}

// of returns what is known of an image, and asks first if nobody has.
func (a *answers) of(image string, ask func() answer) answer {
	a.mu.Lock()
	if a.known == nil {
		a.known = map[string]func() answer{}
	}
	if a.known[image] == nil {
		a.known[image] = sync.OnceValue(ask)
	}
	found := a.known[image]
	a.mu.Unlock()
	return found()
}

// ElsewhereTag is the tag of an image that is built elsewhere. One that is named by its digest alone has the beginning of that: a chart which
// wants name and tag has to be given one, and nodes pull by the digest behind it.
func ElsewhereTag(image layout.Elsewhere) string {
	_, tag, digest := image.Parts()
	if tag == "" {
		return "sha256-" + digest[len("sha256:"):][:shownDigits]
	}
	return tag
}

// Vouched is what counts of what hubops.yaml says about the signature of an image that is built elsewhere: see connect. What does not count is
// told, and left out.
func (s *Surveyor) Vouched(ctx context.Context, name string, image hub.Image) (layout.Elsewhere, error) {
	said := image.Elsewhere
	why, err := s.to.VouchedElsewhere(ctx, name, s.placeholders(ctx, name), image)
	if why != "" {
		said.SignedBy, said.Unsigned = "", false
		s.session.Console.Problem(name, "%s: images.%s: cosign_key and unsigned do not count: %s", image.At, image.Key, why)
	}
	return said, err
}
