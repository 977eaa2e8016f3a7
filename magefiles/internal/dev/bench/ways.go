package bench

import (
	"context"

	"hub-ops/magefiles/internal/image"
)

// dockerWays are the ways to read an image of a Docker engine, each on its own.
var dockerWays = []struct {
	name    string
	openers func(docker *image.Docker, found image.Inspected, reference string) []image.Opener
}{
	{"Docker's own files", func(docker *image.Docker, found image.Inspected, _ string) []image.Opener {
		return inFiles(docker, found, image.OwnFiles{})
	}},
	{"Docker's files as it shows them", func(docker *image.Docker, found image.Inspected, _ string) []image.Opener {
		return inFiles(docker, found, image.NewShownFiles(&docker.CLI, found))
	}},
	{"docker save", func(docker *image.Docker, found image.Inspected, reference string) []image.Opener {
		return []image.Opener{image.SavedOpener(&docker.CLI, "bench", reference, found)}
	}},
}

// inFiles opens an image in either of the forms in which an engine keeps one.
func inFiles(docker *image.Docker, found image.Inspected, files image.LayerFiles) []image.Opener {
	return []image.Opener{image.DockerOpener(files, docker.Root, found), image.ContentOpener(files, docker.Root, found.ID)}
}

// dockerImages are images of a Docker engine that are read in one way.
type dockerImages struct {
	docker  *image.Docker
	openers func(docker *image.Docker, found image.Inspected, reference string) []image.Opener
}

// Openers returns that way.
func (d dockerImages) Openers(ctx context.Context, _, reference string) ([]image.Opener, error) {
	found, err := d.docker.Inspect(ctx, reference)
	if err != nil {
		return nil, err
	}
	return d.openers(d.docker, found, reference), nil
}
