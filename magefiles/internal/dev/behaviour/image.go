package behaviour

import (
	"compress/gzip"
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/sandbox/programimage"
)

// Image is the name of the image of all behaviours in a registry.
func Image(registry string) string { return registry + "/tests/behave:t1" }

// heavy is the size, in bytes, of what lies in the image that is slow to pull.
const heavy = 300 << 20

// Push compiles the program of testdata, and puts an image with it and nothing else into a registry, and a heavy one beside it. root is the
// project's. It returns the digest of the first.
func Push(ctx context.Context, run *process.Runner, root, scratch, registry string) (digest string, err error) {
	program := filepath.Join(scratch, "behave")
	build := process.Cmd{
		Name: "go", Args: []string{"build", "-trimpath", "-ldflags", "-s -w", "-o", program, "./magefiles/internal/dev/behaviour/testdata/program"},
		Dir: root, Env: []string{"CGO_ENABLED=0"}, Quiet: true,
	}
	if err := run.Run(ctx, build); err != nil {
		return "", fmt.Errorf("compiling what the hubs run: %w", err)
	}
	image, err := programimage.Of(program, "behave", "/behave")
	if err != nil {
		return "", err
	}
	found, err := image.Digest()
	if err != nil {
		return "", err
	}
	noise := make([]byte, heavy)
	_, _ = rand.NewChaCha8([32]byte{}).Read(noise) // #nosec G404 -- what cannot be compressed, and no secret
	ballast, err := programimage.Layer("ballast", noise, tarball.WithCompressionLevel(gzip.NoCompression))
	if err != nil {
		return "", err
	}
	large, err := mutate.AppendLayers(image, ballast)
	if err != nil {
		return "", err
	}
	for to, image := range map[string]v1.Image{Image(registry): image, registry + "/tests/heavy:t1": large} {
		if err := programimage.Push(ctx, image, to); err != nil {
			return "", err
		}
	}
	return found.String(), nil
}
