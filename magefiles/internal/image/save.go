package image

import (
	"context"
	"io"
	"os"

	"hub-ops/magefiles/internal/process"
)

// savedImage is an image in an engine that neither gives nor shows its files: it keeps images in another way, or does not
// allow it. docker save writes the whole image, whatever is wanted of it.
type savedImage struct {
	cli       *cli
	hub       string
	reference string
	inspected inspected
	why       error // its files are not read
}

func (i *savedImage) about() about { return i.inspected.about() }

func (i *savedImage) close() error { return nil }

// save has the engine write the whole image, of which the layers that are not there are kept.
func (i *savedImage) save(ctx context.Context, there []bool) (*saved, error) {
	dir, err := os.MkdirTemp(i.cli.Scratch, "saved-")
	if err != nil {
		return nil, err
	}
	wanted := func(index int) bool { return !there[index] }
	return receiving(ctx, i.about(), dir, wanted, func(ctx context.Context, to io.Writer) error {
		return i.cli.Run.Run(ctx, process.Cmd{Name: i.cli.program, Args: []string{"save", i.reference}, Prefix: i.hub, Env: i.cli.env, Stdout: to})
	})
}

// fetch brings what the registry lacks of the image there.
func (t *transfer) fetch(ctx context.Context, image *savedImage) (*manifest, error) {
	found := t.find(ctx)
	t.Console.Info(t.hub, "the engine saves the whole image; its files cannot be read: %v", image.why)
	saved, err := image.save(ctx, found.there())
	if err != nil {
		return nil, err
	}
	defer func() { _ = saved.close() }()
	return t.pack(ctx, saved, found)
}
