package tarsplit

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"hub-ops/magefiles/internal/image/engine"
	"hub-ops/magefiles/internal/image/source"
	"hub-ops/magefiles/internal/image/source/sourcetest"
)

// opened opens an image.
func opened(t *testing.T, opener source.Opener) source.Image {
	t.Helper()
	image, err := opener.Open(t.Context())
	if err != nil {
		t.Fatalf("%s: %v", opener.Name, err)
	}
	return image
}

// inspected is what an engine tells of an image.
func inspected(t *testing.T, engine *engine.CLI, reference string) engine.Inspected {
	t.Helper()
	image, err := engine.Inspect(t.Context(), reference)
	if err != nil {
		t.Fatal(err)
	}
	return image
}

// packsEachLayer packs every layer of an image, as often as a push that fails does, and checks that it is that layer.
func packsEachLayer(t *testing.T, image source.Image) {
	t.Helper()
	stored, is := image.(source.Uncompressed)
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
		if got := source.HashOf(sum); got != diffID {
			t.Errorf("layer %d is %s, the image says %s", i%2, got, diffID)
		}
	}
	if err := stored.Close(); err != nil {
		t.Error(err)
	}
}

func TestDockersFilesAsTheyAreAndAsItShowsThem(t *testing.T) {
	docker, root := sourcetest.Docker(t, os.Environ())
	reference := sourcetest.BuildAwkward(t, docker)
	volumes := func() string {
		out, err := docker.Output(t.Context(), "volume", "ls", "--quiet")
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	before := volumes()
	found := inspected(t, docker, reference)
	for _, files := range []Files{OwnFiles{}, NewShownFiles(docker, found)} {
		t.Run(files.String(), func(t *testing.T) {
			packsEachLayer(t, opened(t, Docker(files, root, found)))
		})
	}
	left, err := docker.Output(t.Context(), "ps", "--all", "--quiet", "--filter", "ancestor="+reference)
	if err != nil || left != "" {
		t.Errorf("containers are left: %q, %v", left, err)
	}
	if after := volumes(); after != before {
		t.Errorf("volumes are left: %q, before %q", after, before)
	}
	if left, err := os.ReadDir(docker.Scratch); err != nil || len(left) > 0 {
		t.Errorf("files are left: %v, %v", left, err)
	}
}

// A run that was killed has left a container behind, and another one is at work.
func TestContainersOfKilledRunsAreSweptAway(t *testing.T) {
	docker, _ := sourcetest.Docker(t, os.Environ())
	reference := sourcetest.BuildAwkward(t, docker)
	created := func(age time.Duration) string {
		label := fmt.Sprintf("%s=%d", engine.Shows, time.Now().Add(-age).Unix())
		id, err := docker.Output(t.Context(), "create", "--label", label, reference, engine.NeverStarted)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _, _ = docker.Output(context.WithoutCancel(t.Context()), "rm", "--volumes", id) })
		return id
	}
	young := created(time.Hour)
	old := created(25 * time.Hour)
	files := NewShownFiles(docker, engine.Inspected{})
	files.sweep(t.Context())
	_ = files.Close()
	left, err := docker.Shown(t.Context())
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
	docker, root := sourcetest.Docker(t, os.Environ())
	reference := sourcetest.BuildAwkward(t, docker)
	found := inspected(t, docker, reference)
	image := opened(t, Docker(NewShownFiles(docker, found), root, found))
	ctx, cancel := context.WithCancel(t.Context())
	if err := image.(source.Uncompressed).WriteLayer(ctx, 0, cancelling(cancel)); err == nil {
		t.Error("a layer was written to its end")
	}
	if err := image.Close(); err != nil {
		t.Error(err)
	}
	left, err := docker.Output(t.Context(), "ps", "--all", "--quiet", "--filter", "ancestor="+reference)
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
	podman, root := sourcetest.Podman(t, os.Environ())
	found := inspected(t, podman, "localhost/"+sourcetest.BuildAwkward(t, podman))
	image, err := Podman(OwnFiles{}, root, found).Open(t.Context())
	if err != nil {
		if driver, driverErr := podman.Output(t.Context(), "info", "--format", "{{.Store.GraphDriverName}}"); driverErr != nil || driver != "vfs" {
			t.Errorf("an image in a store by %s cannot be read: %v, %v", driver, err, driverErr)
		}
		return
	}
	packsEachLayer(t, image)
	if os.Geteuid() == 0 {
		podman.Program = inNoNamespace(t) // root has none of its own
		packsEachLayer(t, opened(t, Podman(NewUnsharedFiles(podman), root, found)))
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
	archive := sourcetest.Awkward(t)
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
