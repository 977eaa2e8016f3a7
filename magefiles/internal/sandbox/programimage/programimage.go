// Package programimage makes an image of one program and nothing else, as a pod's first container and the hubs of tests are. Packages sandbox and
// dev/behaviour call it.
//
//	image, err := programimage.Of("/tmp/built", "pause", "/pause", "forever")
//	err = programimage.Push(ctx, image, "127.0.0.1:5000/sandbox/pause:1")
package programimage

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

// Of returns an image for this machine's processor, with the program of a file under a name, and the command that its containers run.
func Of(file, name string, command ...string) (v1.Image, error) {
	content, err := os.ReadFile(file) // #nosec G304 -- compiled just now
	if err != nil {
		return nil, err
	}
	layer, err := Layer(name, content)
	if err != nil {
		return nil, err
	}
	image, err := mutate.AppendLayers(empty.Image, layer)
	if err != nil {
		return nil, err
	}
	settings, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	settings = settings.DeepCopy()
	settings.OS, settings.Architecture, settings.Config.Entrypoint = "linux", runtime.GOARCH, command
	return mutate.ConfigFile(image, settings)
}

// Layer returns a layer of one file that can be executed.
func Layer(name string, content []byte, options ...tarball.LayerOption) (v1.Layer, error) {
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

// Push puts an image into a registry of this machine, without TLS.
func Push(ctx context.Context, image v1.Image, to string) error {
	reference, err := name.ParseReference(to, name.Insecure)
	if err != nil {
		return err
	}
	if err := remote.Write(reference, image, remote.WithContext(ctx)); err != nil {
		return fmt.Errorf("pushing %s: %w", to, err)
	}
	return nil
}
