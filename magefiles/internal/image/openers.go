package image

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"hub-ops/magefiles/internal/process"
)

// Openers returns the engine's own files, if this process may read them; the same files as the engine shows them; and
// docker save. The engine keeps layers unpacked, or compressed in containerd's store.
func (d *Docker) Openers(ctx context.Context, hub, reference string) ([]Opener, error) {
	image, err := d.Inspect(ctx, reference)
	if err != nil {
		return nil, missing(err)
	}
	var openers []Opener
	if mayReadAll() {
		openers = append(openers, DockerOpener(OwnFiles{}, d.Root, image), ContentOpener(OwnFiles{}, d.Root, image.ID))
	}
	shown := NewShownFiles(&d.CLI, image)
	openers = append(openers, DockerOpener(shown, d.Root, image), ContentOpener(shown, d.Root, image.ID))
	return append(openers, SavedOpener(&d.CLI, hub, reference, image)), nil
}

// Openers returns podman's own files, those of root as they are and those of other users where podman has taken the place
// of root, and podman save.
func (p *Podman) Openers(ctx context.Context, hub, reference string) ([]Opener, error) {
	image, err := p.Inspect(ctx, reference)
	if err != nil {
		return nil, missing(err)
	}
	var files LayerFiles = OwnFiles{}
	if !mayReadAll() {
		files = newUnsharedFiles(&p.CLI)
	}
	return []Opener{PodmanOpener(files, p.root, image), SavedOpener(&p.CLI, hub, reference, image)}, nil
}

// Openers returns the layout that BuildKit wrote.
func (k *BuildKit) Openers(_ context.Context, _, reference string) ([]Opener, error) {
	if !k.layouts().Has(reference) {
		return nil, fmt.Errorf("%w: %s", ErrNoImage, reference)
	}
	return []Opener{{Name: "BuildKit's layout", Open: func(context.Context) (Image, error) { return k.layouts().Open(reference) }}}, nil
}

// missing recognises what docker ("No such image") and podman ("image not known") say of an image that they do not have.
func missing(err error) error {
	text := strings.ToLower(err.Error() + process.Output(err))
	if strings.Contains(text, "no such image") || strings.Contains(text, "image not known") {
		return errors.Join(ErrNoImage, err)
	}
	return err
}
