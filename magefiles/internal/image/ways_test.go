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
func builtAwkwardly(t *testing.T, engine *cli) string {
	t.Helper()
	return builtBy(t, engine, "FROM scratch\nADD a.tar /\nCOPY b /b\nVOLUME /data\n", map[string]string{"a.tar": awkward(t), "b": "b"})
}

// packsEachLayer packs every layer of an image, as often as a push that fails does, and checks that it is that layer.
func packsEachLayer(t *testing.T, image source) {
	t.Helper()
	stored, is := image.(*storedImage)
	if !is {
		t.Fatalf("the image is a %T", image)
	}
	if len(stored.about().diffIDs) != 2 {
		t.Fatalf("%d layers", len(stored.about().diffIDs))
	}
	for i, diffID := range slices.Concat(stored.about().diffIDs, stored.about().diffIDs) {
		sum := sha256.New()
		if err := stored.writeLayer(t.Context(), i%2, sum); err != nil {
			t.Fatal(err)
		}
		if got := hashOf(sum); got != diffID {
			t.Errorf("layer %d is %s, the image says %s", i%2, got, diffID)
		}
	}
	if err := stored.close(); err != nil {
		t.Error(err)
	}
}

func TestDockersFilesAsTheyAreAndAsItShowsThem(t *testing.T) {
	docker := findDocker(t)
	reference := builtAwkwardly(t, &docker.cli)
	volumes := func() string {
		out, err := docker.output(t.Context(), "volume", "ls", "--quiet")
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	before := volumes()
	for _, way := range []Way{OwnFiles, ShownFiles} {
		engine := *docker
		engine.Way = way
		t.Run(way.String(), func(t *testing.T) {
			image, err := engine.open(t.Context(), "a", reference)
			if err != nil {
				t.Fatal(err)
			}
			packsEachLayer(t, image)
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

// lacking is a store that has an image's configuration, and not its layers.
type lacking struct{ store }

func (lacking) open(context.Context, layerPlace) (ingredients, error) {
	return ingredients{}, errors.New("no such recipe")
}

func TestAnImageWhoseLayersCannotBePackedIsSaved(t *testing.T) {
	docker := findDocker(t)
	image, err := docker.open(t.Context(), "a", builtAwkwardly(t, &docker.cli))
	if err != nil {
		t.Fatal(err)
	}
	stored := image.(*storedImage)
	stored.store = lacking{stored.store}
	p := newPushing(t, newStrict())
	if _, err := p.pusher(opened{stored}).Push(t.Context(), "a", "t1", false); err != nil {
		t.Fatal(err)
	}
	p.check(t, "a", "t1")
	if stored.saved.why == nil || !strings.Contains(stored.saved.why.Error(), "no such recipe") {
		t.Errorf("saved because: %v", stored.saved.why)
	}
}

// A run that was killed has left a container behind, and another one is at work.
func TestContainersOfKilledRunsAreSweptAway(t *testing.T) {
	docker := findDocker(t)
	reference := builtAwkwardly(t, &docker.cli)
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
	files := &shownFiles{engine: &docker.cli}
	files.sweep(t.Context())
	_ = files.close()
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
	reference := builtAwkwardly(t, &docker.cli)
	docker.Way = ShownFiles
	image, err := docker.open(t.Context(), "a", reference)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if err := image.(*storedImage).writeLayer(ctx, 0, cancelling(cancel)); err == nil {
		t.Error("a layer was written to its end")
	}
	if err := image.close(); err != nil {
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
	reference := builtAwkwardly(t, &podman.cli)
	image, err := podman.open(t.Context(), "a", "localhost/"+reference)
	if err != nil {
		t.Fatal(err)
	}
	if _, saves := image.(*savedImage); saves {
		if driver, err := podman.output(t.Context(), "info", "--format", "{{.Store.GraphDriverName}}"); err != nil || driver != "vfs" {
			t.Errorf("an image in a store by %s is saved, %v", driver, err)
		}
		return
	}
	packsEachLayer(t, image)
	if stored, is := image.(*storedImage); is && os.Geteuid() == 0 {
		stored.store = unsharedFiles{&podman.cli}
		podman.program = inNoNamespace(t) // root has none of its own
		packsEachLayer(t, stored)
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
	from, err := ownFiles{}.open(t.Context(), layerPlace{recipe: layer + "/recipe", files: layer})
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
