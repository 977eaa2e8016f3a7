package push

import (
	"context"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/validate"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/image/registry/registrytest"
	"hub-ops/magefiles/internal/image/source"
	"hub-ops/magefiles/internal/image/source/sourcetest"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/ui"
)

// one is an engine of one image.
type one struct{ source.Image }

func (o one) Openers(context.Context, string, string) ([]source.Opener, error) {
	return []source.Opener{{Open: func(context.Context) (source.Image, error) { return o.Image, nil }}}, nil
}

// pushing is a registry, a hub's image, and what is remembered.
type pushing struct {
	registry registry.Registry
	blobs    *Blobs
	silence  time.Duration // that ends a request; the default if zero
}

// registryAt is a registry that wants no credentials.
func registryAt(host string) registry.Registry {
	return registry.Registry{Host: host, Template: "team/user-{hub}"}
}

func newPushing(t testing.TB, handler http.Handler) *pushing {
	return &pushing{registry: registryAt(registrytest.Listen(t, handler)), blobs: OpenBlobs(filepath.Join(t.TempDir(), "blobs.json"))}
}

func (p *pushing) push(t *testing.T, hub, tag string, image *sourcetest.Memory) (Pushed, error) {
	t.Helper()
	pusher := p.pusher(image)
	pusher.Pass = passFor(hub)
	return pusher.Push(t.Context(), hub, tag, RefuseExisting)
}

// passFor is what the gate gives a run on somebody's machine.
func passFor(hub string) plan.Pass {
	_, pass := plan.Enter(ci.Event{Kind: ci.Local}, hub, []string{hub}, plan.Ownership{})
	return pass
}

func (p *pushing) pusher(image source.Image) *Pusher {
	return &Pusher{
		Pass: passFor("a"), Registry: p.registry, Images: one{image}, Console: ui.New(io.Discard, io.Discard, false), Blobs: p.blobs, StallTimeout: p.silence,
		Backoff: remote.Backoff{Duration: 5 * time.Millisecond, Factor: 2, Steps: 5},
	}
}

// check makes sure that the registry has the image, whole, and every layer of it right.
func (p *pushing) check(t *testing.T, hub, tag string) {
	t.Helper()
	ref, err := p.registry.Reference(hub, tag)
	if err != nil {
		t.Fatal(err)
	}
	image, err := remote.Image(ref)
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Image(image); err != nil {
		t.Errorf("%s: %v", ref, err)
	}
}

// missing makes sure that hub a has no tag t1.
func (p *pushing) missing(t *testing.T) {
	t.Helper()
	ref, err := p.registry.Reference("a", "t1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := remote.Head(ref); registry.StatusOf(err) != http.StatusNotFound {
		t.Errorf("%s is there: %v", ref, err)
	}
}

func TestPushedImageIsWholeAndASecondPushSendsNothing(t *testing.T) {
	p := newPushing(t, registrytest.New())
	base, own := sourcetest.Layer(t, 3<<20), sourcetest.Layer(t, 1<<10)
	first := sourcetest.New(t, base, own, sourcetest.Layer(t, 0))
	pushed, err := p.push(t, "a", "t1", first)
	if err != nil || pushed.Sent < 3<<20 || pushed.Size != pushed.Sent {
		t.Fatalf("%+v, %v", pushed, err)
	}
	p.check(t, "a", "t1")
	p.check(t, "a", registry.CacheTag)

	again := sourcetest.New(t, base, own, sourcetest.Layer(t, 1<<10))
	pushed, err = p.push(t, "a", "t2", again)
	if err != nil || pushed.Sent > 2<<10 || again.Read.Load() != 1 {
		t.Errorf("one new layer: %s, %d layers read, %v", pushed, again.Read.Load(), err)
	}
	p.check(t, "a", "t2")

	// A fresh machine remembers nothing: the last image in the registry says what its layers became.
	p.blobs = OpenBlobs(filepath.Join(t.TempDir(), "none.json"))
	fresh := sourcetest.New(t, base, own, sourcetest.Layer(t, 1<<10))
	if pushed, err = p.push(t, "a", "t3", fresh); err != nil || fresh.Read.Load() != 1 {
		t.Errorf("fresh machine: %s, %d layers read, %v", pushed, fresh.Read.Load(), err)
	}
	p.check(t, "a", "t3")
}

func TestLayerOfAnotherHubIsNotCompressedAgain(t *testing.T) {
	p := newPushing(t, registrytest.New())
	base := sourcetest.Layer(t, 1<<20)
	if _, err := p.push(t, "a", "t1", sourcetest.New(t, base)); err != nil {
		t.Fatal(err)
	}
	p.blobs = OpenBlobs(p.blobs.file) // as another run would
	other := sourcetest.New(t, base, sourcetest.Layer(t, 1<<10))
	pushed, err := p.push(t, "b", "t1", other)
	if err != nil || other.Read.Load() != 1 {
		t.Errorf("%s, %d layers read, %v", pushed, other.Read.Load(), err)
	}
	p.check(t, "b", "t1")
}

func TestRegistryThatForgetsABlobGetsItAgain(t *testing.T) {
	base := sourcetest.Layer(t, 1<<20)
	p := newPushing(t, registrytest.New())
	if _, err := p.push(t, "a", "t1", sourcetest.New(t, base)); err != nil {
		t.Fatal(err)
	}
	p.registry = registryAt(registrytest.Listen(t, registrytest.New()))
	image := sourcetest.New(t, base)
	if _, err := p.push(t, "a", "t1", image); err != nil || image.Read.Load() != 1 {
		t.Errorf("%d layers read, %v", image.Read.Load(), err)
	}
	p.check(t, "a", "t1")
}

func TestTagWithOtherContentIsNotReplaced(t *testing.T) {
	p := newPushing(t, registrytest.New())
	if _, err := p.push(t, "a", "t1", sourcetest.New(t, sourcetest.Layer(t, 1<<10))); err != nil {
		t.Fatal(err)
	}
	other := sourcetest.New(t, sourcetest.Layer(t, 1<<10))
	if _, err := p.push(t, "a", "t1", other); err == nil || !strings.Contains(err.Error(), "exists, as sha256:") {
		t.Errorf("got %v", err)
	}
	if _, err := p.pusher(other).Push(t.Context(), "a", "t1", ReplaceExisting); err != nil {
		t.Errorf("REBUILD=1: %v", err)
	}
}

// wrongImage says that its layer is another.
type wrongImage struct{ *sourcetest.Memory }

func (w wrongImage) WriteLayer(_ context.Context, _ int, out io.Writer) error {
	_, err := out.Write([]byte("something else"))
	return err
}

func TestLayerThatIsNotWhatTheImageSaysIsNotPushed(t *testing.T) {
	p := newPushing(t, registrytest.New())
	if _, err := p.pusher(wrongImage{sourcetest.New(t, sourcetest.Layer(t, 10))}).Push(t.Context(), "a", "t1", RefuseExisting); err == nil || !strings.Contains(err.Error(), ", the image says sha256:") {
		t.Errorf("got %v", err)
	}
	p.missing(t)
}

func TestCancelledPushLeavesNoTagAndTheNextGoesOn(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	inner := registrytest.New()
	p := newPushing(t, registrytest.Faulty{Handler: inner, Fault: func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPut || !strings.Contains(r.URL.Path, "/manifests/") || ctx.Err() != nil {
			return false
		}
		cancel() // all layers have arrived; this registry would keep a manifest that has arrived in part
		return true
	}})
	image := sourcetest.New(t, sourcetest.Layer(t, 1<<20), sourcetest.Layer(t, 1<<20))
	if _, err := p.pusher(image).Push(ctx, "a", "t1", RefuseExisting); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	p.missing(t)
	before := image.Read.Load()
	if _, err := p.push(t, "a", "t1", image); err != nil || image.Read.Load() != before {
		t.Errorf("%d layers read again, %v", image.Read.Load()-before, err)
	}
	p.check(t, "a", "t1")
}

// A push that has not asked the gate writes nothing.
func TestAPushWithoutAPassWritesNothing(t *testing.T) {
	p := newPushing(t, registrytest.NewStrict())
	image := sourcetest.New(t, sourcetest.Layer(t, 1<<10))
	for _, pass := range []plan.Pass{{}, passFor("b"), passFor("")} {
		pusher := p.pusher(image)
		pusher.Pass = pass
		if _, err := pusher.Push(t.Context(), "a", "t1", RefuseExisting); err == nil || !strings.Contains(err.Error(), "the gate was not asked whether this run may change it") {
			t.Errorf("%+v: %v", pass, err)
		}
	}
	p.missing(t)
}
