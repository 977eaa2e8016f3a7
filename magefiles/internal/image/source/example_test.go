package source_test

import (
	"archive/tar"
	"context"
	"fmt"
	"io"
	"os"

	"hub-ops/magefiles/internal/image/source"
	"hub-ops/magefiles/internal/image/source/archive"
)

// An image comes from the archive that docker save writes: each layer is read by its place.
func Example() {
	ctx := context.Background()
	scratch, err := os.MkdirTemp("", "example-")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	known, err := source.AboutOf([]byte(configuration))
	if err != nil {
		fmt.Println(err)
		return
	}
	image := archive.New(known, scratch, func(_ context.Context, to io.Writer) error { return save(to) })
	defer func() { _ = image.Close() }()
	if err := image.Begin(ctx, func(int) bool { return true }); err != nil {
		fmt.Println(err)
		return
	}
	for i, diffID := range image.About().DiffIDs {
		if err := image.Ready(ctx, i); err != nil {
			fmt.Println(err)
			return
		}
		size := new(counter)
		if err := image.WriteLayer(ctx, i, size); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(diffID.Hex[:12], *size, "bytes")
	}
	// Output: 5f70bf18a086 1024 bytes
}

// configuration is of an image with one empty layer.
const configuration = `{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"]}}`

// save writes what docker save would.
func save(to io.Writer) error {
	saved := tar.NewWriter(to)
	for _, member := range []struct{ name, content string }{
		{"layer.tar", string(make([]byte, 1024))}, {"config.json", configuration}, {"manifest.json", `[{"Config":"config.json","Layers":["layer.tar"]}]`},
	} {
		header := &tar.Header{Name: member.name, Mode: 0o644, Size: int64(len(member.content))}
		if err := saved.WriteHeader(header); err != nil {
			return err
		}
		if _, err := io.WriteString(saved, member.content); err != nil {
			return err
		}
	}
	return saved.Close()
}

type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
