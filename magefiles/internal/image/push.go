package image

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/ui"
)

// Pushed is an image that the registry has.
type Pushed struct {
	Digest string
	Size   int64 // bytes of all layers, compressed
	Took   time.Duration
}

// Push brings the engine's image to the registry: layers, manifest, tag, in that order; then the tag is read back and
// compared. reference is what the image is called in the engine.
func (r Registry) Push(ctx context.Context, docker *Docker, console *ui.Console, hub, tag, reference string) (Pushed, error) {
	start := time.Now()
	archive := filepath.Join(docker.Scratch, "image-"+hub+".tar")
	defer func() { _ = os.Remove(archive) }()
	if err := docker.run(ctx, hub, "", "save", "--output", archive, reference); err != nil {
		return Pushed{}, exit.With(exit.Push, fmt.Errorf("reading the image of hub %s from the engine: %w", hub, err))
	}
	img, err := tarball.ImageFromPath(archive, nil)
	if err != nil {
		return Pushed{}, exit.With(exit.Push, fmt.Errorf("reading the image of hub %s: %w", hub, err))
	}
	digest, size, err := r.write(ctx, console, hub, tag, img)
	if err != nil {
		return Pushed{}, exit.With(exit.Push, fmt.Errorf("pushing the image of hub %s: %w", hub, err))
	}
	return Pushed{Digest: digest.String(), Size: size, Took: time.Since(start)}, nil
}

func (r Registry) write(ctx context.Context, console *ui.Console, hub, tag string, img v1.Image) (digest v1.Hash, size int64, err error) {
	ref, err := r.Reference(hub, tag)
	if err != nil {
		return digest, 0, err
	}
	stop := report(console, hub)
	options := r.options(ctx)
	err = remote.Write(ref, img, append(options, remote.WithProgress(stop.updates))...)
	size = stop.wait()
	if err != nil {
		return digest, size, err
	}
	if digest, err = img.Digest(); err != nil {
		return digest, size, err
	}
	descriptor, err := remote.Head(ref, options...)
	if err != nil {
		return digest, size, fmt.Errorf("reading %s back: %w", ref, err)
	}
	if err := sameDigest(descriptor, digest); err != nil {
		return digest, size, fmt.Errorf("reading %s back: %w", ref, err)
	}
	return digest, size, remote.Tag(ref.Context().Tag(cacheTag), img, options...)
}

// progress follows a push until go-containerregistry closes its channel.
type progress struct {
	updates chan v1.Update
	total   chan int64
}

// report writes at most a line every five seconds, with the bytes that are done.
func report(console *ui.Console, hub string) progress {
	p := progress{make(chan v1.Update, 64), make(chan int64, 1)}
	go func() {
		var total int64
		last := time.Now()
		for update := range p.updates {
			total = max(total, update.Total)
			if time.Since(last) > 5*time.Second {
				console.Info(hub, "pushing: %s of %s", ui.Bytes(update.Complete), ui.Bytes(update.Total))
				last = time.Now()
			}
		}
		p.total <- total
	}()
	return p
}

func (p progress) wait() int64 { return <-p.total }
