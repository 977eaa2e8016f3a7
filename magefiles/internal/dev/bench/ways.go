package bench

import (
	"context"

	"hub-ops/magefiles/internal/image/build"
	"hub-ops/magefiles/internal/image/engine"
	"hub-ops/magefiles/internal/image/source"
	"hub-ops/magefiles/internal/image/source/archive"
	"hub-ops/magefiles/internal/image/source/containerd"
	"hub-ops/magefiles/internal/image/source/tarsplit"
)

// dockerWays are the ways to read an image of a Docker engine, each on its own.
var dockerWays = []struct {
	name    string
	openers func(docker *build.Docker, found engine.Inspected, reference string) []source.Opener
}{
	{"Docker's own files", func(docker *build.Docker, found engine.Inspected, _ string) []source.Opener {
		return inFiles(docker, found, tarsplit.OwnFiles{})
	}},
	{"Docker's files as it shows them", func(docker *build.Docker, found engine.Inspected, _ string) []source.Opener {
		return inFiles(docker, found, tarsplit.NewShownFiles(&docker.CLI, found))
	}},
	{"docker save", func(docker *build.Docker, found engine.Inspected, reference string) []source.Opener {
		return []source.Opener{archive.Opener(&docker.CLI, "bench", reference, found)}
	}},
}

// inFiles opens an image in either of the forms in which an engine keeps one.
func inFiles(docker *build.Docker, found engine.Inspected, files tarsplit.Files) []source.Opener {
	return []source.Opener{tarsplit.Docker(files, docker.Root, found), containerd.Opener(files, docker.Root, found.ID)}
}

// dockerImages are images of a Docker engine that are read in one way.
type dockerImages struct {
	docker  *build.Docker
	openers func(docker *build.Docker, found engine.Inspected, reference string) []source.Opener
}

// Openers returns that way.
func (d dockerImages) Openers(ctx context.Context, _, reference string) ([]source.Opener, error) {
	found, err := d.docker.Inspect(ctx, reference)
	if err != nil {
		return nil, err
	}
	return d.openers(d.docker, found, reference), nil
}
