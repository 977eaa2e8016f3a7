package sandbox

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"runtime"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// pushPause puts the image of every pod's first container, which is realnode and nothing else, into the sandbox's registry.
func pushPause(ctx context.Context, program, registry string) (string, error) {
	image := registry + "/sandbox/pause:1"
	reference, err := name.ParseReference(image, name.Insecure)
	if err != nil {
		return "", err
	}
	content, err := os.ReadFile(program) // #nosec G304 -- compiled just now
	if err != nil {
		return "", err
	}
	layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) {
		packed := new(bytes.Buffer)
		writer := tar.NewWriter(packed)
		if err := writer.WriteHeader(&tar.Header{Name: "realnode", Mode: 0o755, Size: int64(len(content))}); err != nil {
			return nil, err
		}
		if _, err := writer.Write(content); err != nil {
			return nil, err
		}
		return io.NopCloser(packed), writer.Close()
	})
	if err != nil {
		return "", err
	}
	built, err := mutate.AppendLayers(empty.Image, layer)
	if err != nil {
		return "", err
	}
	built, err = mutate.ConfigFile(built, withEntrypoint(built, "/realnode", "pause"))
	if err != nil {
		return "", err
	}
	if err := remote.Write(reference, built, remote.WithContext(ctx)); err != nil {
		return "", fmt.Errorf("pushing the image of pods: %w", err)
	}
	return image, nil
}

func withEntrypoint(image v1.Image, command ...string) *v1.ConfigFile {
	file, err := image.ConfigFile()
	if err != nil {
		file = new(v1.ConfigFile)
	}
	file = file.DeepCopy()
	file.OS, file.Architecture, file.Config.Entrypoint, file.Config.User = "linux", runtime.GOARCH, command, "65535"
	return file
}
