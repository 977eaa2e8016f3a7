package preview

import (
	"context"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/document"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/build"
	"hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/ui"
)

// Growth is how an image grows that changes.
type Growth struct {
	Hub         string // the first that has the image
	Image       string // its name
	Was, Is     string // tags; Was is "" if the image is new
	Before, Now Size
	was, is     string // references, as an engine has them; "" where there is none
}

// Size is how large an image is, in bytes; 0 where nobody knows.
type Size struct {
	Packed  int64 // its layers, compressed: what a registry keeps, and nodes pull
	Counted int64 // as an engine counts it: unpacked
}

// Images returns the images that differ between two commits, with what the registry knows of their sizes.
func Images(ctx context.Context, before, now Side) []Growth {
	images, err := now.To.Registry(ctx)
	if err != nil {
		return nil // and the plan has said so
	}
	grown := differing(before, now)
	group, ctx := errgroup.WithContext(ctx)
	const questions = 16
	group.SetLimit(questions)
	for i := range grown {
		g := &grown[i]
		g.was, g.is = referenceOf(images, g.Image, g.Was), referenceOf(images, g.Image, g.Is)
		group.Go(func() error { g.Before.Packed = sizeOf(ctx, images, g.Image, g.Was); return nil })
		group.Go(func() error { g.Now.Packed = sizeOf(ctx, images, g.Image, g.Is); return nil })
	}
	_ = group.Wait() // what cannot be asked is not known
	return grown
}

// referenceOf is what a builder calls an image; "" if there is none.
func referenceOf(images registry.Registry, name, tag string) string {
	if tag == "" {
		return ""
	}
	reference, err := images.Reference(name, tag)
	if err != nil {
		return ""
	}
	return reference.String()
}

// sizeOf asks for a size; 0 if that is not known.
func sizeOf(ctx context.Context, images registry.Registry, name, tag string) int64 {
	if tag == "" {
		return 0
	}
	bytes, err := images.Size(ctx, name, tag)
	if err != nil {
		return 0
	}
	return bytes
}

// differing are the images that are built here and have another tag than before, each once.
func differing(before, now Side) []Growth {
	var grown []Growth
	seen := map[string]bool{}
	for _, h := range now.Found.Hubs {
		was, _ := before.hub(h.Name)
		for i, image := range h.Images {
			fact := now.Found.FactsOf(h.Name).Images[i]
			if image.BuiltElsewhere() || seen[fact.Reference()] {
				continue
			}
			seen[fact.Reference()] = true
			one := Growth{Hub: h.Name, Image: image.Name, Is: fact.Tag}
			if at := slices.IndexFunc(was.Images, func(other hub.Image) bool { return other.Key == image.Key && other.Name == image.Name }); at >= 0 {
				one.Was = before.Found.FactsOf(h.Name).Images[at].Tag
			}
			if one.Was != one.Is {
				grown = append(grown, one)
			}
		}
	}
	return grown
}

// Engine adds what a builder knows of the images that it has, and reports whether that is anything.
func Engine(ctx context.Context, grown []Growth, builder build.Builder) (known bool) {
	var each sync.WaitGroup
	found := make([]bool, len(grown))
	for i := range grown {
		each.Go(func() { found[i] = grown[i].ask(ctx, builder) })
	}
	each.Wait()
	return slices.Contains(found, true)
}

// ask asks a builder for the new image, and for the earlier one if it can be compared with that alone.
func (g *Growth) ask(ctx context.Context, builder build.Builder) bool {
	if g.Now.Packed > 0 {
		return false
	}
	g.Now = builtSize(ctx, builder, g.is)
	if g.Now.Counted > 0 {
		g.Before.Counted = builtSize(ctx, builder, g.was).Counted
	}
	return g.Now != Size{}
}

// builtSize is the size of an image that a builder has.
func builtSize(ctx context.Context, builder build.Builder, reference string) Size {
	if reference == "" || !builder.Has(ctx, reference) {
		return Size{}
	}
	all, err := builder.Built(ctx, reference)
	if err != nil || len(all) == 0 {
		return Size{}
	}
	return Size{Packed: all[0].Size, Counted: all[0].Counted}
}

// Document is the growth for people.
func (g Growth) Document() document.GrownImage {
	return document.GrownImage{Hub: g.Hub, Image: g.Image + ":" + g.Is, Before: g.Before.String(), Now: g.Now.String(), Growth: g.growth()}
}

// String is the size in words.
func (s Size) String() string {
	switch {
	case s.Packed > 0:
		return ui.Bytes(s.Packed)
	case s.Counted > 0:
		return ui.Bytes(s.Counted) + " unpacked"
	}
	return unknown
}

// unknown stands for what nobody knows.
const unknown = "not known"

// growth compares like with like.
func (g Growth) growth() string {
	switch {
	case g.Was == "":
		return "new"
	case g.Before.Packed > 0 && g.Now.Packed > 0:
		return signed(g.Now.Packed - g.Before.Packed)
	case g.Before.Counted > 0 && g.Now.Counted > 0:
		return signed(g.Now.Counted - g.Before.Counted)
	}
	return unknown
}

func signed(bytes int64) string {
	if bytes < 0 {
		return "-" + ui.Bytes(-bytes)
	}
	return "+" + ui.Bytes(bytes)
}
