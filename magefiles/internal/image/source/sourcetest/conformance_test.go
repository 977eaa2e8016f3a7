package sourcetest_test

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/empty"
	ggcr "github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"

	"hub-ops/magefiles/internal/dev/programs"
	"hub-ops/magefiles/internal/image/engine"
	"hub-ops/magefiles/internal/image/source"
	"hub-ops/magefiles/internal/image/source/archive"
	"hub-ops/magefiles/internal/image/source/containerd"
	"hub-ops/magefiles/internal/image/source/layout"
	"hub-ops/magefiles/internal/image/source/sourcetest"
	"hub-ops/magefiles/internal/image/source/tarsplit"
)

// TestEverySourceConforms runs the suite over all sources. A new source belongs in here.
func TestEverySourceConforms(t *testing.T) {
	t.Run("memory", func(t *testing.T) {
		image := sourcetest.New(t, sourcetest.Layer(t, 1<<20), sourcetest.EmptyLayer)
		sourcetest.Conform(t, sourcetest.Case{Configuration: image.Raw, Open: func(*testing.T) source.Image { return image }})
	})
	for name, add := range map[string]mutate.Appendable{"an image": sourcetest.Random(t, 3), "an index": sourcetest.Index(t)} {
		t.Run("containerd, "+name, func(t *testing.T) {
			root, id := sourcetest.ContentStore(t, add)
			sourcetest.Conform(t, sourcetest.Case{Open: by(containerd.Opener(tarsplit.OwnFiles{}, root, id))})
		})
		t.Run("layout, "+name, func(t *testing.T) {
			store := layout.Store{Dir: t.TempDir()}
			err := store.Write("r:t1", func(dir string) error {
				_, err := ggcr.Write(dir, mutate.AppendManifests(empty.Index, mutate.IndexAddendum{Add: add}))
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			sourcetest.Conform(t, sourcetest.Case{Left: files(store.Dir), Open: func(t *testing.T) source.Image {
				image, err := store.Open("r:t1")
				if err != nil {
					t.Fatal(err)
				}
				return image
			}})
		})
	}
	t.Run("archive", func(t *testing.T) {
		plain, packed, zipped := sourcetest.Layer(t, 1<<20), sourcetest.Layer(t, 1000), new(bytes.Buffer)
		writer := gzip.NewWriter(zipped)
		if _, err := writer.Write(packed); err != nil || writer.Close() != nil {
			t.Fatal(err)
		}
		image, scratch := sourcetest.New(t, plain, packed), t.TempDir()
		file := sourcetest.Archive(t, image.Raw, map[string][]byte{"a": plain, "b": zipped.Bytes()}, nil, "a", "b")
		sourcetest.Conform(t, sourcetest.Case{Configuration: image.Raw, Left: files(scratch), Open: func(*testing.T) source.Image {
			return archive.New(image.About(), scratch, sourcetest.Copied(file))
		}})
	})
}

// TestEveryWayToADockerImageConforms has a real engine build an image.
func TestEveryWayToADockerImageConforms(t *testing.T) {
	docker, root := sourcetest.Docker(t, os.Environ())
	reference := sourcetest.BuildAwkward(t, docker)
	found := inspect(t, docker, reference)
	left := func(t *testing.T) []string {
		return append(files(docker.Scratch)(t), containers(t, docker, reference)...)
	}
	for _, opener := range []source.Opener{
		tarsplit.Docker(tarsplit.OwnFiles{}, root, found), tarsplit.Docker(tarsplit.NewShownFiles(docker, found), root, found),
		archive.Opener(docker, "a", reference, found),
	} {
		t.Run(opener.Name, func(t *testing.T) { sourcetest.Conform(t, sourcetest.Case{Open: by(opener), Left: left}) })
	}
}

// by opens an image in one way.
func by(opener source.Opener) func(*testing.T) source.Image {
	return func(t *testing.T) source.Image {
		t.Helper()
		image, err := opener.Open(t.Context())
		if err != nil {
			t.Fatalf("%s: %v", opener.Name, err)
		}
		return image
	}
}

// files lists what is in a directory.
func files(dir string) func(*testing.T) []string {
	return func(t *testing.T) []string {
		t.Helper()
		found, err := filepath.Glob(filepath.Join(dir, "*"))
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
}

func inspect(t *testing.T, docker *engine.CLI, reference string) engine.Inspected {
	t.Helper()
	programs.Need(t.Context(), t, programs.Root) // the engine's own files are root's
	found, err := docker.Inspect(t.Context(), reference)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// containers lists what shows files of an image.
func containers(t *testing.T, docker *engine.CLI, reference string) []string {
	t.Helper()
	out, err := docker.Output(t.Context(), "ps", "--all", "--quiet", "--filter", "ancestor="+reference)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(out)
}
