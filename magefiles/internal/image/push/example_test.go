package push_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"

	ggcr "github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	oci "github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/image/push"
	"hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/image/source"
	"hub-ops/magefiles/internal/image/source/layout"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/ui"
)

// built are images in OCI layouts, as BuildKit makes them.
type built struct{ store layout.Store }

func (b built) Openers(_ context.Context, _, reference string) ([]source.Opener, error) {
	return []source.Opener{{Name: "layout", Open: func(context.Context) (source.Image, error) { return b.store.Open(reference) }}}, nil
}

// Example pushes an image of one layer to a registry in memory, and asks for its digest.
func Example() {
	server := httptest.NewServer(ggcr.New(ggcr.Logger(log.New(io.Discard, "", 0))))
	defer server.Close()
	dir, err := os.MkdirTemp("", "example-")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	target := registry.Registry{Host: strings.TrimPrefix(server.URL, "http://"), Template: "team/user-{hub}"}
	images := built{layout.Store{Dir: dir}}
	if err := buildOne(images.store, target.Repository("a")+":t0123456789ab"); err != nil {
		fmt.Println(err)
		return
	}
	_, pass := plan.Enter(ci.Event{Kind: ci.Local}, "a", []string{"a"}, plan.Ownership{})
	pusher := &push.Pusher{
		Pass: pass, Registry: target, Images: images, Console: ui.New(io.Discard, io.Discard, false), Blobs: push.OpenBlobs(filepath.Join(dir, "blobs.json")),
	}
	pushed, err := pusher.Push(context.Background(), "a", "t0123456789ab", push.RefuseExisting)
	if err != nil {
		fmt.Println(err)
		return
	}
	digest, err := target.Digest(context.Background(), "a", "t0123456789ab")
	fmt.Println(pushed.Size, "bytes,", digest == pushed.Digest, err)
	// Output: 5 bytes, true <nil>
}

// buildOne writes an image of one layer.
func buildOne(store layout.Store, reference string) error {
	image, err := mutate.AppendLayers(empty.Image, static.NewLayer([]byte("layer"), types.DockerLayer))
	if err != nil {
		return err
	}
	return store.Write(reference, func(dir string) error {
		_, err := oci.Write(dir, mutate.AppendManifests(empty.Index, mutate.IndexAddendum{Add: image}))
		return err
	})
}
