package image

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/ui"
)

// awkward is an archive whose order is not that of a directory: a hard link comes after what it leads to, by a name that
// a walk meets before.
func awkward(t *testing.T) string {
	t.Helper()
	var archive bytes.Buffer
	writer := tar.NewWriter(&archive)
	add := func(name, content string) {
		if err := writer.WriteHeader(&tar.Header{Name: name, Size: int64(len(content)), Mode: 0o600}); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(writer, content); err != nil {
			t.Fatal(err)
		}
	}
	large := make([]byte, 3<<20)
	_, _ = rand.Read(large)
	add("z/last", "the last comes first")
	add("large", string(large))
	add("empty", "")
	add("b/file", "a file with two names")
	if err := writer.WriteHeader(&tar.Header{Typeflag: tar.TypeLink, Name: "a/link", Linkname: "b/file"}); err != nil {
		t.Fatal(err)
	}
	add("a/ä ö", "a name of another alphabet")
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return archive.String()
}

// builtAwkwardly is an image of two layers: one that the engine unpacked, and one that it made.
func builtAwkwardly(t *testing.T, engine *CLI) string {
	t.Helper()
	return builtBy(t, engine, "FROM scratch\nADD a.tar /\nCOPY b /b\nVOLUME /data\n", map[string]string{"a.tar": awkward(t), "b": "b"})
}

// opened opens an image.
func opened(t *testing.T, opener Opener) Image {
	t.Helper()
	image, err := opener.Open(t.Context())
	if err != nil {
		t.Fatalf("%s: %v", opener.Name, err)
	}
	return image
}

// inspected is what an engine tells of an image.
func inspected(t *testing.T, engine *CLI, reference string) Inspected {
	t.Helper()
	image, err := engine.Inspect(t.Context(), reference)
	if err != nil {
		t.Fatal(err)
	}
	return image
}

// packsEachLayer packs every layer of an image, as often as a push that fails does, and checks that it is that layer.
func packsEachLayer(t *testing.T, image Image) {
	t.Helper()
	stored, is := image.(Uncompressed)
	if !is {
		t.Fatalf("the image is a %T", image)
	}
	diffIDs := stored.About().DiffIDs
	if len(diffIDs) != 2 {
		t.Fatalf("%d layers", len(diffIDs))
	}
	for i, diffID := range slices.Concat(diffIDs, diffIDs) {
		sum := sha256.New()
		if err := stored.WriteLayer(t.Context(), i%2, sum); err != nil {
			t.Fatal(err)
		}
		if got := hashOf(sum); got != diffID {
			t.Errorf("layer %d is %s, the image says %s", i%2, got, diffID)
		}
	}
	if err := stored.Close(); err != nil {
		t.Error(err)
	}
}

func TestDockersFilesAsTheyAreAndAsItShowsThem(t *testing.T) {
	docker := findDocker(t)
	reference := builtAwkwardly(t, &docker.CLI)
	volumes := func() string {
		out, err := docker.output(t.Context(), "volume", "ls", "--quiet")
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	before := volumes()
	found := inspected(t, &docker.CLI, reference)
	for _, files := range []LayerFiles{OwnFiles{}, NewShownFiles(&docker.CLI, found)} {
		t.Run(files.String(), func(t *testing.T) {
			packsEachLayer(t, opened(t, DockerOpener(files, docker.Root, found)))
		})
	}
	left, err := docker.output(t.Context(), "ps", "--all", "--quiet", "--filter", "ancestor="+reference)
	if err != nil || left != "" {
		t.Errorf("containers are left: %q, %v", left, err)
	}
	if after := volumes(); after != before {
		t.Errorf("volumes are left: %q, before %q", after, before)
	}
	if left, err := os.ReadDir(docker.Scratch); err != nil || len(left) != 1 { // docker's configuration
		t.Errorf("files are left: %v, %v", left, err)
	}
}

// lacking are files that have an image's configuration, and not its layers.
type lacking struct{ LayerFiles }

func (lacking) open(context.Context, layerPlace) (ingredients, error) {
	return ingredients{}, errors.New("no such recipe")
}

// ways are ways to one image.
type ways []Opener

func (w ways) Openers(context.Context, string, string) ([]Opener, error) { return w, nil }

func TestAnImageWhoseLayersCannotBePackedIsSaved(t *testing.T) {
	docker := findDocker(t)
	reference := builtAwkwardly(t, &docker.CLI)
	found := inspected(t, &docker.CLI, reference)
	p := newPushing(t, newStrict())
	pusher, said := p.pusher(nil), new(bytes.Buffer)
	pusher.Console = ui.New(io.Discard, said, false)
	pusher.Images = ways{
		ContentOpener(OwnFiles{}, t.TempDir(), found.ID), DockerOpener(lacking{OwnFiles{}}, docker.Root, found), SavedOpener(&docker.CLI, "a", reference, found),
	}
	if _, err := pusher.Push(t.Context(), "a", "t1", RefuseExisting); err != nil {
		t.Fatal(err)
	}
	p.check(t, "a", "t1")
	for _, want := range []string{"the engine saves the whole image; its files cannot be read: ", "containerd: ", "no such file or directory", "tar-split: ", "no such recipe"} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("it says %q, and not %q", said, want)
		}
	}
}

func TestAnImageThatNoWayReadsIsAnErrorOfEach(t *testing.T) {
	broken := func(name string) Opener {
		return Opener{Name: name, Open: func(context.Context) (Image, error) { return nil, errors.New(name + " is broken") }}
	}
	p := newPushing(t, newStrict())
	pusher := p.pusher(nil)
	pusher.Images = ways{broken("one"), broken("two")}
	if _, err := pusher.Push(t.Context(), "a", "t1", RefuseExisting); err == nil || !strings.Contains(err.Error(), "it cannot be read: one: one is broken | two: two is broken") {
		t.Errorf("got %v", err)
	}
	pusher.Images = ways{broken("one")}
	if _, err := pusher.Push(t.Context(), "a", "t1", RefuseExisting); err == nil || !strings.HasSuffix(err.Error(), "hub a: one is broken") {
		t.Errorf("got %v", err)
	}
}

// A run that was killed has left a container behind, and another one is at work.
func TestContainersOfKilledRunsAreSweptAway(t *testing.T) {
	docker := findDocker(t)
	reference := builtAwkwardly(t, &docker.CLI)
	created := func(age time.Duration) string {
		label := fmt.Sprintf("%s=%d", shows, time.Now().Add(-age).Unix())
		id, err := docker.output(t.Context(), "create", "--label", label, reference, neverStarted)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _, _ = docker.output(context.WithoutCancel(t.Context()), "rm", "--volumes", id) })
		return id
	}
	young := created(time.Hour)
	old := created(25 * time.Hour)
	files := NewShownFiles(&docker.CLI, Inspected{})
	files.sweep(t.Context())
	_ = files.Close()
	left, err := docker.shown(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, there := left[young]; !there {
		t.Error("another run's container is gone")
	}
	if _, there := left[old]; there {
		t.Error("a container of yesterday is still there")
	}
}

// A push that was cancelled leaves no container behind.
func TestNothingIsShownToACancelledPush(t *testing.T) {
	docker := findDocker(t)
	reference := builtAwkwardly(t, &docker.CLI)
	found := inspected(t, &docker.CLI, reference)
	image := opened(t, DockerOpener(NewShownFiles(&docker.CLI, found), docker.Root, found))
	ctx, cancel := context.WithCancel(t.Context())
	if err := image.(Uncompressed).WriteLayer(ctx, 0, cancelling(cancel)); err == nil {
		t.Error("a layer was written to its end")
	}
	if err := image.Close(); err != nil {
		t.Error(err)
	}
	left, err := docker.output(t.Context(), "ps", "--all", "--quiet", "--filter", "ancestor="+reference)
	if err != nil || left != "" {
		t.Errorf("containers are left: %q, %v", left, err)
	}
}

// cancelling is a writer that cancels what writes to it.
type cancelling context.CancelFunc

func (c cancelling) Write(p []byte) (int, error) {
	c()
	return len(p), nil
}

func TestPodmansFilesAsTheyAreAndUnshared(t *testing.T) {
	runner := &process.Runner{Env: os.Environ(), Log: ui.New(io.Discard, io.Discard, false)}
	podman, err := FindPodman(t.Context(), runner, t.TempDir(), "", Registry{})
	if err != nil {
		t.Fatal(err)
	}
	reference := builtAwkwardly(t, &podman.CLI)
	openers, err := podman.Openers(t.Context(), "a", "localhost/"+reference)
	if err != nil {
		t.Fatal(err)
	}
	image, err := openers[0].Open(t.Context())
	if err != nil {
		if driver, driverErr := podman.output(t.Context(), "info", "--format", "{{.Store.GraphDriverName}}"); driverErr != nil || driver != "vfs" {
			t.Errorf("an image in a store by %s is saved: %v, %v", driver, err, driverErr)
		}
		return
	}
	packsEachLayer(t, image)
	if os.Geteuid() == 0 {
		podman.program = inNoNamespace(t) // root has none of its own
		packsEachLayer(t, &storedImage{files: unsharedFiles{&podman.CLI}, raw: image.(*storedImage).raw, known: image.About(), at: image.(*storedImage).at})
	}
}

// inNoNamespace is a podman whose unshare runs its command as it is.
func inNoNamespace(t *testing.T) string {
	t.Helper()
	path := t.TempDir() + "/podman"
	if err := os.WriteFile(path, []byte("#!/bin/sh\nshift\nexec \"$@\"\n"), 0o700); err != nil { // #nosec G306 -- a program
		t.Fatal(err)
	}
	return path
}

func TestFilesThatTheEngineDoesNotGive(t *testing.T) {
	archive := awkward(t)
	for name, content := range map[string]string{"no such file": archive, "half an archive": archive[:1<<20]} {
		stream := newFileStream(strings.NewReader(content), ".", t.TempDir())
		if _, err := stream.Get("none"); err == nil {
			t.Errorf("%s: no error", name)
		}
		if err := stream.close(); err != nil {
			t.Error(err)
		}
	}
}

// A layer has a link to where it is not, and a file that was written through it.
func TestALayersLinksLeadNowhereElse(t *testing.T) {
	layer, elsewhere := t.TempDir(), t.TempDir()
	for _, err := range []error{
		os.WriteFile(elsewhere+"/secret", []byte("s"), 0o600), os.Symlink(elsewhere, layer+"/link"),
		os.WriteFile(layer+"/recipe", nil, 0o600), os.WriteFile(layer+"/file", []byte("f"), 0o600), os.Symlink("file", layer+"/own"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	from, err := OwnFiles{}.open(t.Context(), layerPlace{recipe: layer + "/recipe", files: layer})
	if err != nil {
		t.Fatal(err)
	}
	for name, may := range map[string]bool{"file": true, "./file": true, "/file": true, "own": true, "link/secret": false, "../secret": false} {
		file, err := from.files.Get(name)
		if err == nil {
			_ = file.Close()
		}
		if (err == nil) != may {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := from.close(); err != nil {
		t.Error(err)
	}
}
