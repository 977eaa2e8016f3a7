package sandbox

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// Load puts an image into the sandbox's registry, below the name of the registry that it is of. The node looks there before it asks that registry.
// The archive is what docker save writes of this one image.
func Load(ctx context.Context, state *State, image name.Tag, archive string) error {
	content, err := tarball.ImageFromPath(archive, nil)
	if err != nil {
		return fmt.Errorf("reading the image %s: %w", image, err)
	}
	to, err := name.NewTag(LoadedAs(state, image), name.Insecure)
	if err != nil {
		return err
	}
	if err := remote.Write(to, content, remote.WithContext(ctx)); err != nil {
		return fmt.Errorf("loading the image %s into the sandbox's registry: %w", image, err)
	}
	return nil
}

// LoadedAs is the name of an image in the sandbox's registry.
func LoadedAs(state *State, image name.Tag) string {
	registry := image.RegistryStr()
	if registry == name.DefaultRegistry { // as containerd calls it
		registry = "docker.io"
	}
	return fmt.Sprintf("%s/%s/%s:%s", state.Registry, strings.ReplaceAll(registry, ":", "-"), image.RepositoryStr(), image.TagStr())
}
