package sandbox

import (
	"context"

	"github.com/google/go-containerregistry/pkg/v1/mutate"

	"hub-ops/magefiles/internal/sandbox/programimage"
)

// pushPause puts the image of every pod's first container, which is realnode and nothing else, into the sandbox's registry.
func pushPause(ctx context.Context, program, registry string) (string, error) {
	image, err := programimage.Of(program, "realnode", "/realnode", "pause")
	if err != nil {
		return "", err
	}
	settings, err := image.ConfigFile()
	if err != nil {
		return "", err
	}
	nobody := settings.DeepCopy()
	nobody.Config.User = "65535"
	if image, err = mutate.ConfigFile(image, nobody); err != nil {
		return "", err
	}
	to := registry + "/sandbox/pause:1"
	return to, programimage.Push(ctx, image, to)
}
