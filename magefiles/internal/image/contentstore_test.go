package image

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// contained writes an image or an index as containerd has it, and returns the directory of its blobs.
func contained(t *testing.T, add mutate.Appendable) (blobs, id string) {
	t.Helper()
	dir := t.TempDir()
	if _, err := layout.Write(dir, mutate.AppendManifests(empty.Index, mutate.IndexAddendum{Add: add})); err != nil {
		t.Fatal(err)
	}
	digest, err := add.Digest()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "blobs"), digest.String()
}

func randomImage(t *testing.T, layers int64) v1.Image {
	t.Helper()
	image, err := random.Image(100_000, layers)
	if err != nil {
		t.Fatal(err)
	}
	return image
}

// attested is an index of an image for two platforms, and of what is attested of one.
func attested(t *testing.T) v1.ImageIndex {
	t.Helper()
	statement, err := mutate.AppendLayers(empty.Image, static.NewLayer([]byte(`{"predicate":{}}`), "application/vnd.in-toto+json"))
	if err != nil {
		t.Fatal(err)
	}
	on := func(os, architecture string) v1.Descriptor {
		return v1.Descriptor{Platform: &v1.Platform{OS: os, Architecture: architecture}}
	}
	return mutate.AppendManifests(empty.Index,
		mutate.IndexAddendum{Add: randomImage(t, 2), Descriptor: on("linux", "amd64")},
		mutate.IndexAddendum{Add: randomImage(t, 1), Descriptor: on("linux", "arm64")},
		mutate.IndexAddendum{Add: statement, Descriptor: on("unknown", "unknown")},
	)
}

// What containerd has goes to the registry as it is: the digest is the same.
func TestContainerdsImagesArePushedAsTheyAre(t *testing.T) {
	for name, add := range map[string]mutate.Appendable{"an image": randomImage(t, 3), "an index": attested(t)} {
		t.Run(name, func(t *testing.T) {
			blobs, id := contained(t, add)
			image, err := openContent(t.Context(), OwnFiles{}, blobs, id)
			if err != nil {
				t.Fatal(err)
			}
			if len(image.About().DiffIDs) != 3 {
				t.Errorf("%d layers", len(image.About().DiffIDs))
			}
			p := newPushing(t, newStrict())
			pushed, err := p.pusher(image).Push(t.Context(), "a", "t1", RefuseExisting)
			if err != nil {
				t.Fatal(err)
			}
			if pushed.Digest != id || pushed.Size == 0 {
				t.Errorf("pushed %s of %d B, the engine has %s", pushed.Digest, pushed.Size, id)
			}
			if _, err := os.Stat(blobs); err != nil {
				t.Errorf("the engine's store is gone: %v", err)
			}
		})
	}
}

func TestContainerdsImagesThatCannotBeRead(t *testing.T) {
	plain, err := mutate.AppendLayers(empty.Image, static.NewLayer(newLayer(t, 10), types.OCIUncompressedLayer))
	if err != nil {
		t.Fatal(err)
	}
	without := func(t *testing.T, name func(v1.Image) (v1.Hash, error)) (string, string) {
		image := randomImage(t, 2)
		blobs, id := contained(t, image)
		digest, err := name(image)
		if err == nil {
			err = os.WriteFile(filepath.Join(blobs, digest.Algorithm, digest.Hex), []byte("{}"), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		return blobs, id
	}
	for want, open := range map[string]func(t *testing.T) (string, string){
		"no such file or directory": func(t *testing.T) (string, string) {
			_, id := contained(t, plain)
			return t.TempDir(), id
		},
		"a layer is not compressed": func(t *testing.T) (string, string) { return contained(t, plain) },
		" is sha256:": func(t *testing.T) (string, string) {
			return without(t, func(image v1.Image) (v1.Hash, error) { return image.ConfigName() })
		},
	} {
		blobs, id := open(t)
		if _, err := openContent(t.Context(), OwnFiles{}, blobs, id); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// lost is a store that ends in the middle of what is large.
type lost struct{ OwnFiles }

func (l lost) File(ctx context.Context, path string) (io.ReadCloser, error) {
	file, err := l.OwnFiles.File(ctx, path)
	if err != nil {
		return nil, err
	}
	broken := io.MultiReader(io.LimitReader(file, 50_000), gone{})
	return &streamed{broken, func() { _ = file.Close() }}, nil
}

type gone struct{}

func (gone) Read([]byte) (int, error) { return 0, errors.New("the engine is gone") }

// An engine that ends in the middle is no network that another try could mend.
func TestAnEngineThatEndsInTheMiddleOfABlob(t *testing.T) {
	image := randomImage(t, 1)
	blobs, _ := contained(t, image)
	layers, err := image.Layers()
	if err != nil {
		t.Fatal(err)
	}
	digest, err := layers[0].Digest()
	if err != nil {
		t.Fatal(err)
	}
	content, err := (&storedBlob{&contentStore{t.Context(), lost{}, blobs}, v1.Descriptor{Digest: digest}}).Compressed()
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(io.Discard, content)
	if lost := (*ReadError)(nil); !errors.As(err, &lost) || !strings.Contains(err.Error(), "the engine is gone") {
		t.Errorf("got %v", err)
	}
	if err := content.Close(); err != nil {
		t.Error(err)
	}
}
