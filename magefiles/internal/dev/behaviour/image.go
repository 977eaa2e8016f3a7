package behaviour

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"hub-ops/magefiles/internal/process"
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
	image, err := imageOf(program)
	if err != nil {
		return "", err
	}
	found, err := image.Digest()
	if err != nil {
		return "", err
	}
	noise := make([]byte, heavy)
	_, _ = rand.NewChaCha8([32]byte{}).Read(noise) // #nosec G404 -- what cannot be compressed, and no secret
	ballast, err := layerOf("ballast", noise, tarball.WithCompressionLevel(gzip.NoCompression))
	if err != nil {
		return "", err
	}
	large, err := mutate.AppendLayers(image, ballast)
	if err != nil {
		return "", err
	}
	for to, image := range map[string]v1.Image{Image(registry): image, registry + "/tests/heavy:t1": large} {
		reference, err := name.ParseReference(to, name.Insecure)
		if err != nil {
			return "", err
		}
		if err := remote.Write(reference, image, remote.WithContext(ctx)); err != nil {
			return "", fmt.Errorf("pushing %s: %w", to, err)
		}
	}
	return found.String(), nil
}

// imageOf is an image of a program and nothing else.
func imageOf(program string) (v1.Image, error) {
	content, err := os.ReadFile(program) // #nosec G304 -- compiled just now
	if err != nil {
		return nil, err
	}
	layer, err := layerOf("behave", content)
	if err != nil {
		return nil, err
	}
	image, err := mutate.AppendLayers(empty.Image, layer)
	if err != nil {
		return nil, err
	}
	file, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	file = file.DeepCopy()
	file.OS, file.Architecture, file.Config.Entrypoint = "linux", runtime.GOARCH, []string{"/behave"}
	return mutate.ConfigFile(image, file)
}

// layerOf is a layer of one file.
func layerOf(name string, content []byte, options ...tarball.LayerOption) (v1.Layer, error) {
	packed := new(bytes.Buffer)
	writer := tar.NewWriter(packed)
	if err := writer.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(content))}); err != nil {
		return nil, err
	}
	if _, err := writer.Write(content); err != nil {
		return nil, err
	}
	if err := writer.Close(); err != nil {
		return nil, err
	}
	return tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(packed.Bytes())), nil }, options...)
}
