package sourcetest

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"time"

	"hub-ops/magefiles/internal/dev/programs"
	"hub-ops/magefiles/internal/image/engine"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/ui"
)

// Awkward is an archive whose order is not that of a directory: a hard link comes after what it leads to, by a name that
// a walk meets before.
func Awkward(t testing.TB) string {
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

// BuildAwkward is an image of two layers: one that the engine unpacked, and one that it made.
func BuildAwkward(t testing.TB, engine *engine.CLI) string {
	t.Helper()
	return Build(t, engine, "FROM scratch\nADD a.tar /\nCOPY b /b\nVOLUME /data\n", map[string]string{"a.tar": Awkward(t), "b": "b"})
}

// Build has a real engine build an image, which it removes at the end.
func Build(t testing.TB, engine *engine.CLI, dockerfile string, files map[string]string) (reference string) {
	t.Helper()
	ctx := t.Context()
	dir := t.TempDir()
	files = maps.Clone(files)
	files["Dockerfile"] = dockerfile
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	reference = fmt.Sprintf("hub-ops-test/engine:t%d", time.Now().UnixNano())
	if err := engine.Start(ctx, "", "", "build", "--tag", reference, dir); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = engine.Output(context.WithoutCancel(ctx), "image", "rm", "--force", reference) })
	return reference
}

// Docker is the docker that a process with this environment finds, and the directory of its engine. A machine without one fails the test.
func Docker(t testing.TB, environ []string) (docker *engine.CLI, root string) {
	t.Helper()
	programs.Need(t.Context(), t, "docker")
	docker = &engine.CLI{Run: &process.Runner{Env: environ, Log: ui.New(io.Discard, io.Discard, false)}, Scratch: t.TempDir(), Program: "docker", Env: []string{"DOCKER_BUILDKIT=0"}}
	root, err := docker.Output(t.Context(), "info", "--format", "{{.DockerRootDir}}")
	if err != nil {
		t.Fatal(err)
	}
	return docker, root
}

// Podman is the podman that a process with this environment finds, and the directory of its files.
func Podman(t testing.TB, environ []string) (podman *engine.CLI, root string) {
	t.Helper()
	programs.Need(t.Context(), t, "podman", "tar")
	podman = &engine.CLI{Run: &process.Runner{Env: environ, Log: ui.New(io.Discard, io.Discard, false)}, Scratch: t.TempDir(), Program: "podman"}
	root, err := podman.Output(t.Context(), "info", "--format", "{{.Store.GraphRoot}}")
	if err != nil {
		t.Fatal(err)
	}
	return podman, root
}
