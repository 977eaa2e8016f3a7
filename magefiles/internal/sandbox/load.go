package sandbox

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"hub-ops/magefiles/internal/sandbox/node"
)

// Load puts an image into the registry of a sandbox in dir, below the name of the registry that it is of. From then on the node looks there before it
// asks that registry. The archive is what docker save writes of this one image.
func Load(ctx context.Context, dir string, state *State, image name.Tag, archive string) error {
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
	if err := node.Mirror(dir, state.Registry, registryOf(image)); err != nil {
		return fmt.Errorf("leading the node to the image %s: %w", image, err)
	}
	return nil
}

// LoadedAs is the name of an image in the sandbox's registry.
func LoadedAs(state *State, image name.Tag) string {
	return fmt.Sprintf("%s/%s/%s:%s", state.Registry, strings.ReplaceAll(registryOf(image), ":", "-"), image.RepositoryStr(), image.TagStr())
}

// registryOf is what containerd calls the registry of an image.
func registryOf(image name.Tag) string {
	if registry := image.RegistryStr(); registry != name.DefaultRegistry {
		return registry
	}
	return "docker.io"
}
