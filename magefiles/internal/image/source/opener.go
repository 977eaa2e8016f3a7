package source

import (
	"context"
	"errors"
)

// Opener is one way to read an image where it was built. Several ways may lead to the same image: they are tried in turn.
type Opener struct {
	Name string // of the way, for people: "docker save"
	// Notice is what people are told when this way is taken because others failed; "" for a way as good as those.
	Notice string
	// Open opens the image, or says why it cannot be read this way. It reads no layer yet.
	Open func(ctx context.Context) (Image, error)
}

// Images is where images are until they are pushed: a builder.
type Images interface {
	// Openers returns the ways to read an image, the fastest first. The error is ErrNoImage if there is no such image.
	// hub is whose image it is, for what programs print.
	Openers(ctx context.Context, hub, reference string) ([]Opener, error)
}

// ErrNoImage is an image that was not built, or is no longer there.
var ErrNoImage = errors.New("no such image")
