package push

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/remote"

	"hub-ops/magefiles/internal/image/registry/registrytest"
	"hub-ops/magefiles/internal/image/source/sourcetest"
)

// Whoever vouches for an image finds it in the registry, whole, by its digest, and no tag of it yet. If nobody vouches, there is no tag.
func TestATagNamesOnlyWhatSomebodyVouchesFor(t *testing.T) {
	p := newPushing(t, registrytest.NewStrict())
	image := sourcetest.New(t, sourcetest.Layer(t, 1<<10))
	refused := errors.New("no key")
	push := func(image *sourcetest.Memory, vouch func(ctx context.Context, hub, digest string) error) (Pushed, error) {
		pusher := p.pusher(image)
		pusher.Vouch = vouch
		return pusher.Push(t.Context(), "a", "t1", RefuseExisting)
	}
	if _, err := push(image, func(context.Context, string, string) error { return refused }); !errors.Is(err, refused) {
		t.Fatal(err)
	}
	p.missing(t)

	var vouched []string
	see := func(_ context.Context, hub, digest string) error {
		if p.missing(t); len(vouched) > 0 {
			t.Errorf("asked twice")
		}
		ref, err := p.registry.Reference(hub, "t1")
		if err != nil {
			return err
		}
		vouched = append(vouched, digest)
		_, err = remote.Head(ref.Context().Digest(digest))
		return err
	}
	pushed, err := push(image, see)
	if err != nil || len(vouched) != 1 || vouched[0] != pushed.Digest {
		t.Fatalf("%+v, %q, %v", pushed, vouched, err)
	}
	p.check(t, "a", "t1")
}

// What is there already is vouched for if it is what was built here, and else left alone.
func TestNobodyVouchesForWhatWasNotBuiltHere(t *testing.T) {
	p := newPushing(t, registrytest.NewStrict())
	theirs, ours := sourcetest.New(t, sourcetest.Layer(t, 1<<10)), sourcetest.New(t, sourcetest.Layer(t, 1<<11))
	there, err := p.push(t, "a", "t1", theirs)
	if err != nil {
		t.Fatal(err)
	}
	var vouched []string
	push := func(image *sourcetest.Memory, existing Existing) error {
		pusher := p.pusher(image)
		pusher.Vouch = func(_ context.Context, _, digest string) error { vouched = append(vouched, digest); return nil }
		_, err := pusher.Push(t.Context(), "a", "t1", existing)
		return err
	}
	if err := push(ours, RefuseExisting); err == nil || len(vouched) != 0 {
		t.Errorf("other content: %v, %q", err, vouched)
	}
	if err := push(theirs, RefuseExisting); err != nil || len(vouched) != 1 || vouched[0] != there.Digest {
		t.Errorf("the same content: %v, %q", err, vouched)
	}
	if err := push(ours, ReplaceExisting); err != nil || len(vouched) != 2 || vouched[1] == there.Digest {
		t.Errorf("replaced: %v, %q", err, vouched)
	}
}

// Signing takes a while: what another run has pushed meanwhile is not overwritten.
func TestATagThatAppearsMeanwhileStays(t *testing.T) {
	p := newPushing(t, registrytest.NewStrict())
	pusher := p.pusher(sourcetest.New(t, sourcetest.Layer(t, 1<<11)))
	pusher.Vouch = func(context.Context, string, string) error {
		_, err := p.push(t, "a", "t1", sourcetest.New(t, sourcetest.Layer(t, 1<<10)))
		return err
	}
	if _, err := pusher.Push(t.Context(), "a", "t1", RefuseExisting); err == nil {
		t.Error("it was overwritten")
	}
	p.check(t, "a", "t1")
}
