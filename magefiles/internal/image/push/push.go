// Package push brings an image from where it was built (package source) to a registry. What the registry has, or can mount
// from another repository, is neither read nor compressed nor sent. README.md draws the way of a layer.
//
//	pusher := &push.Pusher{Pass: planned.Pass, Registry: registry, Images: builder, Console: console, Blobs: push.OpenBlobs(file)}
//	pushed, err := pusher.Push(ctx, "a", "t0123456789ab", push.RefuseExisting)
package push

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/image/compress"
	"hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/image/source"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/ui"
)

// Pusher brings images from an engine to a registry. What the registry has, or can mount from another repository, is
// neither read nor compressed nor sent.
type Pusher struct {
	Pass     plan.Pass // for the hub that is pushed
	Registry registry.Registry
	Images   source.Images
	Console  *ui.Console
	Blobs    *Blobs
	// CheckSize refuses an image for its size, in bytes, which may be known only when all layers are compressed; nil allows any.
	CheckSize func(hub string, size int64) error

	// Vouch is called when the registry has the whole image and its tag does not name it yet: with its digest, to sign it. If it fails, there
	// is no tag, so nobody finds an image that should be signed and is not. nil: nothing is done.
	Vouch func(ctx context.Context, hub, digest string) error

	// CacheTagStays is told that the tag for the cache could not be moved to the image, which is in the registry; nil: nobody is.
	CacheTagStays func(hub string, err error)

	Compression  compress.Compression // of layers that are not compressed yet; gzip if ""
	Backoff      remote.Backoff       // between the tries of a request; the default if zero
	StallTimeout time.Duration        // that ends a request; the default if zero
}

// Pushed is an image that the registry has.
type Pushed struct {
	Digest string
	Size   int64 // bytes of all layers, compressed
	Sent   int64 // bytes of the layers that were sent
	Took   time.Duration
	Growth string // against the last image, in words; "" if it is not worth any
}

// String is the push in a line.
func (p Pushed) String() string {
	text := fmt.Sprintf("%s image, %s already there, %s sent in %s", ui.Bytes(p.Size), ui.Bytes(max(0, p.Size-p.Sent)), ui.Bytes(p.Sent), p.Took.Round(time.Second/10))
	if p.Growth != "" {
		text += "; " + p.Growth
	}
	return text
}

// Existing says what becomes of a tag that names other content than is pushed.
type Existing int

// A tag names its content, so another content under it is an error, unless the operator wants it replaced (REBUILD=1).
const (
	RefuseExisting Existing = iota
	ReplaceExisting
)

// Push brings the engine's image to the registry under a hub's name and a tag: layers, configuration, manifest, signature, tag, in
// that order, so that an interrupted push leaves nothing that can be seen. Then the tag is read back and compared.
func (p *Pusher) Push(ctx context.Context, hub, tag string, existing Existing) (Pushed, error) {
	if err := p.Pass.ForImage(hub); err != nil {
		return Pushed{}, err
	}
	ref, err := p.Registry.Reference(hub, tag)
	if err != nil {
		return Pushed{}, err
	}
	pushed, err := p.push(ctx, hub, ref, existing)
	if err != nil {
		return pushed, exit.With(exit.Push, fmt.Errorf("pushing the image of hub %s: %w", hub, registry.Advise(err)))
	}
	if err := p.Blobs.Save(); err != nil { // the image is in the registry: the next push only asks more
		p.Console.Problem(hub, "%v", err)
	}
	return pushed, nil
}

// push tries the ways to read the image, one after the other, until the image is pushed or something else than reading
// fails.
func (p *Pusher) push(ctx context.Context, hub string, ref name.Tag, existing Existing) (Pushed, error) {
	openers, err := p.Images.Openers(ctx, hub, ref.String())
	if err != nil {
		return Pushed{}, err
	}
	var unread unreadWays
	for _, opener := range openers {
		if opener.Notice != "" {
			p.Console.Info(hub, "%s%s", opener.Notice, unread.because())
		}
		pushed, err := p.pushFrom(ctx, opener, hub, ref, existing)
		if broken := (*source.ReadError)(nil); err == nil || ctx.Err() != nil || !errors.As(err, &broken) {
			return pushed, err
		}
		unread = append(unread, unreadWay{opener.Name, err})
	}
	return Pushed{}, unread
}

// pushFrom pushes an image that is read in one way.
func (p *Pusher) pushFrom(ctx context.Context, opener source.Opener, hub string, ref name.Tag, existing Existing) (Pushed, error) {
	image, err := opener.Open(ctx)
	if err != nil {
		return Pushed{}, &source.ReadError{Err: err}
	}
	defer func() { _ = image.Close() }()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // a search that goes on when the push has failed
	t, err := p.newTransfer(ctx, hub, ref, image)
	if err != nil {
		return Pushed{}, err
	}
	defer t.report()()
	return t.run(ctx, existing)
}
