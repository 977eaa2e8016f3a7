package build

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"hub-ops/magefiles/internal/image/source"
	"hub-ops/magefiles/internal/image/source/archive"
	"hub-ops/magefiles/internal/image/source/containerd"
	"hub-ops/magefiles/internal/image/source/tarsplit"
	"hub-ops/magefiles/internal/process"
)

// Openers returns the engine's own files, if this process may read them; the same files as the engine shows them; and
// docker save. The engine keeps layers unpacked, or compressed in containerd's store.
func (d *Docker) Openers(ctx context.Context, hub, reference string) ([]source.Opener, error) {
	image, err := d.Inspect(ctx, reference)
	if err != nil {
		return nil, missing(err)
	}
	var openers []source.Opener
	if tarsplit.MayReadAll() {
		openers = append(openers, tarsplit.Docker(tarsplit.OwnFiles{}, d.Root, image), containerd.Opener(tarsplit.OwnFiles{}, d.Root, image.ID))
	}
	shown := tarsplit.NewShownFiles(&d.CLI, image)
	openers = append(openers, tarsplit.Docker(shown, d.Root, image), containerd.Opener(shown, d.Root, image.ID))
	return append(openers, archive.Opener(&d.CLI, hub, reference, image)), nil
}

// Openers returns podman's own files, those of root as they are and those of other users where podman has taken the place
// of root, and podman save.
func (p *Podman) Openers(ctx context.Context, hub, reference string) ([]source.Opener, error) {
	image, err := p.Inspect(ctx, reference)
	if err != nil {
		return nil, missing(err)
	}
	var files tarsplit.Files = tarsplit.OwnFiles{}
	if !tarsplit.MayReadAll() {
		files = tarsplit.NewUnsharedFiles(&p.CLI)
	}
	return []source.Opener{tarsplit.Podman(files, p.root, image), archive.Opener(&p.CLI, hub, reference, image)}, nil
}

// Openers returns the layout that BuildKit wrote.
func (k *BuildKit) Openers(_ context.Context, _, reference string) ([]source.Opener, error) {
	if !k.layouts().Has(reference) {
		return nil, fmt.Errorf("%w: %s", source.ErrNoImage, reference)
	}
	return []source.Opener{{Name: "BuildKit's layout", Open: func(context.Context) (source.Image, error) { return k.layouts().Open(reference) }}}, nil
}

// missing adds source.ErrNoImage to an error that is docker's ("No such image") or podman's ("image not known") for an image that
// is not there.
func missing(err error) error {
	text := strings.ToLower(err.Error() + process.Output(err))
	if strings.Contains(text, "no such image") || strings.Contains(text, "image not known") {
		return errors.Join(source.ErrNoImage, err)
	}
	return err
}
