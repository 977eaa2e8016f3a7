package tarsplit

import (
	"context"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"hub-ops/magefiles/internal/image/engine"
	"hub-ops/magefiles/internal/image/source"
	"hub-ops/magefiles/internal/image/source/sourcetest"
)

// pulled has an engine pull an image of two layers. It returns the image's name, and the blob of each layer.
func pulled(t *testing.T, engine *engine.CLI, options ...string) (reference string, blobs map[v1.Hash]v1.Hash) {
	t.Helper()
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	t.Cleanup(server.Close)
	reference = strings.TrimPrefix(server.URL, "http://") + "/pulled:t1"
	image := sourcetest.Random(t, 2)
	ref, err := name.ParseReference(reference)
	if err == nil {
		err = remote.Write(ref, image)
	}
	if err != nil {
		t.Fatal(err)
	}
	if out, err := engine.Output(t.Context(), append([]string{"pull"}, append(options, reference)...)...); err != nil {
		t.Fatal(out, err)
	}
	t.Cleanup(func() { _, _ = engine.Output(context.WithoutCancel(t.Context()), "rmi", reference) })
	layers, err := image.Layers()
	if err != nil {
		t.Fatal(err)
	}
	blobs = map[v1.Hash]v1.Hash{}
	for _, layer := range layers {
		diffID, err := layer.DiffID()
		if err != nil {
			t.Fatal(err)
		}
		if blobs[diffID], err = layer.Digest(); err != nil {
			t.Fatal(err)
		}
	}
	return reference, blobs
}

// remembers makes sure that an engine knows the blobs that it pulled, each as its own layer's and no other's.
func remembers(t *testing.T, image source.Image, blobs map[v1.Hash]v1.Hash) {
	t.Helper()
	engine, is := image.(source.Pulled)
	if !is {
		t.Fatalf("a %T", image)
	}
	for layer := range blobs {
		for other, blob := range blobs {
			if got := engine.Unpacked(t.Context(), layer, blob); got != (layer == other) {
				t.Errorf("layer %s, blob %s of layer %s: %v", layer, blob, other, got)
			}
		}
	}
	if err := image.Close(); err != nil {
		t.Error(err)
	}
}

func TestDockerRemembersWhatItPulled(t *testing.T) {
	docker, root := sourcetest.Docker(t, os.Environ())
	reference, blobs := pulled(t, docker)
	found := inspected(t, docker, reference)
	remembers(t, opened(t, Docker(OwnFiles{}, root, found)), blobs)
	remembers(t, opened(t, Docker(NewShownFiles(docker, found), root, found)), blobs)
}

func TestPodmanRemembersWhatItPulled(t *testing.T) {
	podman, root := sourcetest.Podman(t, os.Environ())
	reference, blobs := pulled(t, podman, "--tls-verify=false")
	remembers(t, opened(t, Podman(OwnFiles{}, root, inspected(t, podman, reference))), blobs)
}

// An engine that was not asked, or whose notes cannot be read, says of no blob that it is a layer.
func TestNotesThatCannotBeRead(t *testing.T) {
	layer := v1.Hash{Algorithm: "sha256", Hex: strings.Repeat("1", 64)}
	for _, content := range []string{"", "{", "[]", `[{"Digest":"sha256:12"}]`, `[{"Digest":3}]`, `[{"diff-digest":"` + layer.String() + `"}]`, `[{"compressed-diff-digest":"` + layer.String() + `"}]`} {
		dir := t.TempDir()
		if err := os.WriteFile(dir+"/"+layer.Hex, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, notes := range []memory{dockerMemory(dir), dockerMemory(dir + "/none"), &podmanMemory{file: dir + "/" + layer.Hex}, &podmanMemory{file: dir + "/none"}} {
			if blobs := notes.blobs(t.Context(), OwnFiles{}, layer); len(blobs) > 0 {
				t.Errorf("%q: %v", content, blobs)
			}
		}
	}
}
