// Package sourcetest checks sources of images (Conform), and makes images for tests: in memory, in an archive, in a content
// store, and with a real engine.
package sourcetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"slices"
	"sync"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/validate"

	"hub-ops/magefiles/internal/image/source"
)

// Case is a source of an image that Conform checks.
type Case struct {
	// Open opens the image, each time anew.
	Open func(t *testing.T) source.Image
	// Configuration is what the image's configuration must be, byte for byte; nil if the test does not know it.
	Configuration []byte
	// Left names what reading has left behind when all is closed, such as files and containers; nil if nothing can be left.
	Left func(t *testing.T) []string
}

// Conform checks that a source keeps what package source promises: every layer is the one that the image names, each time
// that it is read and while others are; the configuration is that of the image; and whoever gives up leaves nothing behind.
func Conform(t *testing.T, c Case) {
	for name, check := range map[string]func(*testing.T, Case){
		"configuration": checkConfiguration, "each layer, twice": checkLayers, "all layers at once": checkAtOnce, "cancelled half way": checkCancelled,
		"closed unread": func(t *testing.T, c Case) { closeImage(t, c.Open(t)) },
	} {
		t.Run(name, func(t *testing.T) {
			before := c.left(t)
			check(t, c)
			if after := c.left(t); !slices.Equal(before, after) {
				t.Errorf("left behind: %q, before %q", after, before)
			}
		})
	}
}

func (c Case) left(t *testing.T) []string {
	if c.Left == nil {
		return nil
	}
	return c.Left(t)
}

func closeImage(t *testing.T, image source.Image) {
	t.Helper()
	if err := image.Close(); err != nil {
		t.Error(err)
	}
}

// layer reads a layer of an image, uncompressed.
type layer func(ctx context.Context, to io.Writer) error

// layersOf are the layers of an image, ready to be read.
func layersOf(t *testing.T, image source.Image) []layer {
	t.Helper()
	var all []layer
	switch image := image.(type) {
	case source.Compressed:
		layers, err := source.LayersOf(image.Images())
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range layers {
			all = append(all, func(ctx context.Context, to io.Writer) error { return uncompressed(ctx, one, to) })
		}
	case source.Uncompressed:
		arrive(t, image)
		for i := range image.About().DiffIDs {
			all = append(all, func(ctx context.Context, to io.Writer) error { return image.WriteLayer(ctx, i, to) })
		}
	default:
		t.Fatalf("a %T is neither compressed nor uncompressed", image)
	}
	if len(all) != len(image.About().DiffIDs) {
		t.Fatalf("%d layers, and %d hashes", len(all), len(image.About().DiffIDs))
	}
	return all
}

// arrive waits until all layers can be read.
func arrive(t *testing.T, image source.Uncompressed) {
	t.Helper()
	arriving, is := image.(source.Arriving)
	if !is {
		return
	}
	if err := arriving.Begin(t.Context(), func(int) bool { return true }); err != nil {
		t.Fatal(err)
	}
	for i := range image.About().DiffIDs {
		if err := arriving.Ready(t.Context(), i); err != nil {
			t.Fatal(err)
		}
	}
}

func uncompressed(ctx context.Context, from v1.Layer, to io.Writer) error {
	content, err := from.Uncompressed()
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = content.Close() })
	defer stop()
	_, err = io.Copy(to, content)
	return errors.Join(ctx.Err(), err, content.Close())
}

func checkConfiguration(t *testing.T, c Case) {
	image := c.Open(t)
	defer closeImage(t, image)
	var raw []byte
	var err error
	switch image := image.(type) {
	case source.Compressed:
		for _, one := range image.Images() {
			if err := validate.Image(one); err != nil {
				t.Error(err)
			}
		}
		raw, err = image.Images()[0].RawConfigFile()
	case source.Uncompressed:
		arrive(t, image)
		raw, err = image.Configuration(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	if c.Configuration != nil && !bytes.Equal(raw, c.Configuration) {
		t.Errorf("the configuration is %q, want %q", raw, c.Configuration)
	}
	known, err := source.AboutOf(raw)
	if err != nil || !slices.Equal(known.DiffIDs, image.About().DiffIDs[:len(known.DiffIDs)]) {
		t.Errorf("the configuration names the layers %v, the image %v, %v", known.DiffIDs, image.About().DiffIDs, err)
	}
}

func checkLayers(t *testing.T, c Case) {
	image := c.Open(t)
	defer closeImage(t, image)
	layers := layersOf(t, image)
	for range 2 {
		for i, read := range layers {
			checkLayer(t, image, i, read)
		}
	}
}

func checkLayer(t *testing.T, image source.Image, index int, read layer) {
	t.Helper()
	sum := sha256.New()
	if err := read(t.Context(), sum); err != nil {
		t.Errorf("layer %d: %v", index, err)
		return
	}
	if got, want := source.HashOf(sum), image.About().DiffIDs[index]; got != want {
		t.Errorf("layer %d is %s, the image says %s", index, got, want)
	}
}

func checkAtOnce(t *testing.T, c Case) {
	image := c.Open(t)
	defer closeImage(t, image)
	var group sync.WaitGroup
	for i, read := range layersOf(t, image) {
		group.Go(func() { checkLayer(t, image, i, read) })
	}
	group.Wait()
}

// checkCancelled gives up each layer at its first byte.
func checkCancelled(t *testing.T, c Case) {
	image := c.Open(t)
	defer closeImage(t, image)
	for i, read := range layersOf(t, image) {
		ctx, cancel := context.WithCancel(t.Context())
		if err := read(ctx, cancelling(cancel)); err == nil {
			t.Errorf("layer %d was written to its end", i)
		}
	}
}

// cancelling is a writer that takes one piece, cancels what writes to it, and fails.
type cancelling context.CancelFunc

func (c cancelling) Write([]byte) (int, error) {
	c()
	return 0, context.Canceled
}
