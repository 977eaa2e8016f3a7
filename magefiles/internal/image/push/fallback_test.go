package push

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/dev/programs"
	"hub-ops/magefiles/internal/image/build"
	"hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/image/registry/registrytest"
	"hub-ops/magefiles/internal/image/source"
	"hub-ops/magefiles/internal/image/source/sourcetest"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/ui"
)

// ways are ways to one image.
type ways []source.Opener

func (w ways) Openers(context.Context, string, string) ([]source.Opener, error) { return w, nil }

// lackingLayers is an image whose layers cannot be read.
type lackingLayers struct{ source.Uncompressed }

func (lackingLayers) WriteLayer(context.Context, int, io.Writer) error {
	return errors.New("no such recipe")
}

func TestAnImageWhoseLayersCannotBePackedIsSaved(t *testing.T) {
	programs.Need(t.Context(), t, "docker")
	runner := &process.Runner{Env: os.Environ(), Log: ui.New(io.Discard, io.Discard, false)}
	docker, err := build.FindDocker(t.Context(), runner, t.TempDir(), "", registry.Registry{})
	if err != nil {
		t.Fatal(err)
	}
	openers, err := docker.Openers(t.Context(), "a", sourcetest.BuildAwkward(t, &docker.CLI))
	if err != nil {
		t.Fatal(err)
	}
	p := newPushing(t, registrytest.NewStrict())
	pusher, said := p.pusher(nil), new(bytes.Buffer)
	pusher.Console = ui.New(io.Discard, said, false)
	missing := source.Opener{Name: "one way", Open: func(context.Context) (source.Image, error) { return nil, os.ErrNotExist }}
	lacking := source.Opener{Name: "another way", Open: func(ctx context.Context) (source.Image, error) {
		image, err := openers[0].Open(ctx)
		if err != nil {
			return nil, err
		}
		return lackingLayers{image.(source.Uncompressed)}, nil
	}}
	pusher.Images = ways{missing, lacking, openers[len(openers)-1]}
	if _, err := pusher.Push(t.Context(), "a", "t1", RefuseExisting); err != nil {
		t.Fatal(err)
	}
	p.check(t, "a", "t1")
	for _, want := range []string{"the engine saves the whole image; its files cannot be read: one way: file does not exist | another way: ", "no such recipe"} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("it says %q, and not %q", said, want)
		}
	}
}

func TestAnImageThatNoWayReadsIsAnErrorOfEach(t *testing.T) {
	broken := func(name string) source.Opener {
		return source.Opener{Name: name, Open: func(context.Context) (source.Image, error) { return nil, errors.New(name + " is broken") }}
	}
	p := newPushing(t, registrytest.NewStrict())
	pusher := p.pusher(nil)
	pusher.Images = ways{broken("one"), broken("two")}
	if _, err := pusher.Push(t.Context(), "a", "t1", RefuseExisting); err == nil || !strings.Contains(err.Error(), "it cannot be read: one: one is broken | two: two is broken") {
		t.Errorf("got %v", err)
	}
	pusher.Images = ways{broken("one")}
	if _, err := pusher.Push(t.Context(), "a", "t1", RefuseExisting); err == nil || !strings.HasSuffix(err.Error(), "hub a: one is broken") {
		t.Errorf("got %v", err)
	}
}
