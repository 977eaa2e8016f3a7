package containerd

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
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"hub-ops/magefiles/internal/image/engine"
	"hub-ops/magefiles/internal/image/source"
	"hub-ops/magefiles/internal/image/source/sourcetest"
	"hub-ops/magefiles/internal/image/source/tarsplit"
)

func TestContainerdsImagesThatCannotBeRead(t *testing.T) {
	plain, err := mutate.AppendLayers(empty.Image, static.NewLayer(sourcetest.Layer(t, 10), types.OCIUncompressedLayer))
	if err != nil {
		t.Fatal(err)
	}
	without := func(t *testing.T, name func(v1.Image) (v1.Hash, error)) (string, string) {
		image := sourcetest.Random(t, 2)
		root, id := sourcetest.ContentStore(t, image)
		digest, err := name(image)
		if err == nil {
			err = os.WriteFile(filepath.Join(contentStores(root)[0], digest.Algorithm, digest.Hex), []byte("{}"), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		return root, id
	}
	for want, open := range map[string]func(t *testing.T) (string, string){
		"no such file or directory": func(t *testing.T) (string, string) {
			_, id := sourcetest.ContentStore(t, plain)
			return t.TempDir(), id
		},
		"a layer is not compressed": func(t *testing.T) (string, string) { return sourcetest.ContentStore(t, plain) },
		" is sha256:": func(t *testing.T) (string, string) {
			return without(t, func(image v1.Image) (v1.Hash, error) { return image.ConfigName() })
		},
	} {
		root, id := open(t)
		if _, err := openContent(t.Context(), tarsplit.OwnFiles{}, contentStores(root)[0], id); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// lost is a store that ends in the middle of what is large.
type lost struct{ tarsplit.OwnFiles }

func (l lost) File(ctx context.Context, path string) (io.ReadCloser, error) {
	file, err := l.OwnFiles.File(ctx, path)
	if err != nil {
		return nil, err
	}
	broken := io.MultiReader(io.LimitReader(file, 50_000), gone{})
	return engine.WithEnd(broken, func() { _ = file.Close() }), nil
}

type gone struct{}

func (gone) Read([]byte) (int, error) { return 0, errors.New("the engine is gone") }

// An engine that ends in the middle is no network that another try could mend.
func TestAnEngineThatEndsInTheMiddleOfABlob(t *testing.T) {
	image := sourcetest.Random(t, 1)
	root, _ := sourcetest.ContentStore(t, image)
	layers, err := image.Layers()
	if err != nil {
		t.Fatal(err)
	}
	digest, err := layers[0].Digest()
	if err != nil {
		t.Fatal(err)
	}
	content, err := (&storedBlob{&contentStore{t.Context(), lost{}, contentStores(root)[0]}, v1.Descriptor{Digest: digest}}).Compressed()
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(io.Discard, content)
	if lost := (*source.ReadError)(nil); !errors.As(err, &lost) || !strings.Contains(err.Error(), "the engine is gone") {
		t.Errorf("got %v", err)
	}
	if err := content.Close(); err != nil {
		t.Error(err)
	}
}
