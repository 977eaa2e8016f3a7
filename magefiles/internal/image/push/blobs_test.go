package push

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"

	"hub-ops/magefiles/internal/image/registry/registrytest"
	"hub-ops/magefiles/internal/image/source/sourcetest"
)

func aHash(digit string) v1.Hash { return v1.Hash{Algorithm: "sha256", Hex: strings.Repeat(digit, 64)} }

func TestBlobsOfSeveralRunsAreMerged(t *testing.T) {
	file := filepath.Join(t.TempDir(), "deep", "blobs.json")
	one, two := OpenBlobs(file), OpenBlobs(file)
	one.Remember(aHash("1"), Blob{Digest: aHash("a"), Size: 1}, "r/one")
	two.Remember(aHash("2"), Blob{Digest: aHash("b"), Size: 2}, "r/two")
	if err := errors.Join(one.Save(), two.Save()); err != nil {
		t.Fatal(err)
	}
	both := OpenBlobs(file)
	for digit, want := range map[string]int64{"1": 1, "2": 2} {
		if blob, found := both.Find(aHash(digit)); !found || blob.Size != want {
			t.Errorf("%s: %+v, %v", digit, blob, found)
		}
	}
	for i := range 20 {
		both.Remember(aHash("1"), Blob{Digest: aHash("a")}, fmt.Sprint("r/", i))
	}
	if blob, _ := both.Find(aHash("1")); len(blob.Repositories) != mostRepositories || blob.Repositories[mostRepositories-1] != "r/19" {
		t.Errorf("repositories: %q", blob.Repositories)
	}
	if err := os.WriteFile(file, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, found := OpenBlobs(file).Find(aHash("1")); found {
		t.Error("a broken file is believed")
	}
}

func TestRunsDoNotUndoWhatOthersRemember(t *testing.T) {
	file := filepath.Join(t.TempDir(), "blobs.json")
	layer, other := aHash("1"), aHash("2")
	blob, newer := Blob{Digest: aHash("a"), Size: 1}, Blob{Digest: aHash("b"), Size: 2}

	first := OpenBlobs(file)
	first.Remember(layer, blob, "registry.example/a")
	first.Remember(other, blob, "registry.example/a")
	second, third, fourth := OpenBlobs(file), OpenBlobs(file), OpenBlobs(file)
	for _, run := range []func() error{
		first.Save,
		func() error { second.Remember(layer, blob, "registry.example/b"); return second.Save() },
		func() error { third.Remember(other, newer, "registry.example/c"); return third.Save() },
		fourth.Save, // it has learned nothing
		first.Save,  // as a run does after each push
	} {
		if err := run(); err != nil {
			t.Fatal(err)
		}
	}
	all := OpenBlobs(file)
	if got, _ := all.Find(layer); !slices.Equal(got.Repositories, []string{"registry.example/b", "registry.example/a"}) {
		t.Errorf("got %q", got.Repositories)
	}
	if got, _ := all.Find(other); got.Digest != blob.Digest || !slices.Equal(got.Repositories, []string{"registry.example/a"}) {
		t.Errorf("the last word is the first run's: got %+v", got)
	}
}

func TestBlobsRememberOnlyTheNewestRepositories(t *testing.T) {
	blobs := OpenBlobs(filepath.Join(t.TempDir(), "blobs.json"))
	layer := aHash("1")
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "a", "i"} {
		blobs.Remember(layer, Blob{Digest: layer}, name)
	}
	if got, _ := blobs.Find(layer); !slices.Equal(got.Repositories, []string{"c", "d", "e", "f", "g", "h", "a", "i"}) {
		t.Errorf("got %q", got.Repositories)
	}
}

// Of an image that a builder has compressed only the manifest says which blob is which layer: its blobs are remembered, and not what they are.
func TestNothingIsRememberedThatOnlyAManifestSays(t *testing.T) {
	image := sourcetest.Random(t, 2)
	configuration, err := image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	configuration = configuration.DeepCopy()
	slices.Reverse(configuration.RootFS.DiffIDs)
	if image, err = mutate.ConfigFile(image, configuration); err != nil {
		t.Fatal(err)
	}
	manifest, err := image.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	p := newPushing(t, registrytest.New())
	if _, err := p.pusher(newCompressed(t, image)).Push(t.Context(), "a", "t1", RefuseExisting); err != nil {
		t.Fatal(err)
	}
	p.blobs = OpenBlobs(p.blobs.file)
	for i, diffID := range configuration.RootFS.DiffIDs {
		if blob, known := p.blobs.Find(diffID); known {
			t.Errorf("layer %s is said to be %s", diffID, blob.Digest)
		}
		if blob, known := p.blobs.With(manifest.Layers[i].Digest); !known || len(blob.Repositories) != 1 {
			t.Errorf("blob %s: %+v", manifest.Layers[i].Digest, blob)
		}
	}
}
