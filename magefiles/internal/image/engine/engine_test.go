package engine_test

import (
	"archive/tar"
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/image/engine"
	"hub-ops/magefiles/internal/image/source/sourcetest"
)

// TestEngineTellsOfAnImageAndShowsFiles asks a real engine, and has it show a file.
func TestEngineTellsOfAnImageAndShowsFiles(t *testing.T) {
	ctx := t.Context()
	docker, _ := sourcetest.Docker(t, os.Environ())
	reference := sourcetest.Build(t, docker, "FROM scratch\nLABEL a=b\nVOLUME [\"/v\", \"/v,w=\\\\\\\"x\"]\nCOPY c /d/e\n", map[string]string{"c": "content"})
	image, err := docker.Inspect(ctx, reference)
	if err != nil || image.Labels["a"] != "b" || len(image.Volumes) != 2 {
		t.Fatalf("%+v, %v", image, err)
	}
	dirs := []string{image.Storage.Data["UpperDir"]}
	container, err := docker.Show(ctx, image, map[string]string{"/there": dirs[0]})
	if err != nil {
		t.Fatal(err)
	}
	if names := listed(ctx, t, docker, container); !slices.Contains(names, "there/d/e") {
		t.Errorf("it shows %q", names)
	}
	state, err := docker.Output(ctx, "inspect", "--format", "{{.State.Status}} {{range .Mounts}}{{.Type}} {{end}}", container)
	if err != nil || !strings.HasPrefix(state, "created") || strings.Contains(state, "volume") || !strings.Contains(state, "bind") {
		t.Errorf("the container is %q, %v", state, err)
	}
	if err := docker.Remove(ctx, container); err != nil {
		t.Error(err)
	}
	if _, err := docker.Show(ctx, image, map[string]string{"/there": dirs[0] + "/none"}); err == nil {
		t.Error("it shows what is not there")
	}
	if _, err := os.Stat(dirs[0] + "/none"); err == nil {
		t.Error("it made a directory in the engine's store")
	}
	if _, err := docker.Inspect(ctx, "hub-ops-test/nothing:t"); err == nil || !strings.Contains(err.Error(), "o such image") {
		t.Errorf("got %v", err)
	}
}

// listed returns the names of what a container has at /there.
func listed(ctx context.Context, t *testing.T, engine *engine.CLI, container string) (names []string) {
	t.Helper()
	archive := engine.CopyOut(ctx, container, "/there")
	defer func() { _ = archive.Close() }()
	for reader := tar.NewReader(archive); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return names
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, header.Name)
	}
}
