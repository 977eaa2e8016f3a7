package image

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/ui"
)

// builtBy has a real engine build an image, which it removes at the end.
func builtBy(t *testing.T, engine *cli, dockerfile string, files map[string]string) (reference string) {
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
	if err := engine.run(ctx, "", "", "build", "--tag", reference, dir); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = engine.output(context.WithoutCancel(ctx), "image", "rm", "--force", reference) })
	return reference
}

func findDocker(t *testing.T) *Docker {
	t.Helper()
	runner := &process.Runner{Env: os.Environ(), Log: ui.New(io.Discard, io.Discard, false)}
	docker, err := FindDocker(t.Context(), runner, t.TempDir(), "", Registry{})
	if err != nil {
		t.Fatal(err)
	}
	if _, isLocal := docker.asked.(*engineAPI); !isLocal {
		t.Fatalf("the engine's socket is not spoken to: %T", docker.asked)
	}
	return docker
}

// TestEngineSaysTheSameOverItsSocketAsToItsCommand asks a real engine both ways, and has it show a file both ways.
func TestEngineSaysTheSameOverItsSocketAsToItsCommand(t *testing.T) {
	ctx := t.Context()
	docker := findDocker(t)
	reference := builtBy(t, &docker.cli, "FROM scratch\nLABEL a=b\nVOLUME /v\nCOPY c /d/e\n", map[string]string{"c": "content"})
	var answers [2][]any
	for i, asked := range []operations{&docker.cli, docker.asked} {
		image, err := asked.inspect(ctx, reference)
		if err != nil || image.Labels["a"] != "b" || len(image.Volumes) != 1 {
			t.Fatalf("%T: %+v, %v", asked, image, err)
		}
		dirs, err := filesOf(image)
		if err != nil {
			t.Fatalf("%T: %v", asked, err)
		}
		container, err := asked.show(ctx, image, map[string]string{"/there": dirs[0]})
		if err != nil {
			t.Fatalf("%T: %v", asked, err)
		}
		names := listed(ctx, t, asked, container)
		answers[i] = []any{image, names}
		if !slices.Contains(names, "there/d/e") {
			t.Errorf("%T shows %q", asked, names)
		}
		state, err := docker.output(ctx, "inspect", "--format", "{{.State.Status}} {{range .Mounts}}{{.Type}} {{end}}", container)
		if err != nil || !strings.HasPrefix(state, "created") || strings.Contains(state, "volume") || !strings.Contains(state, "bind") {
			t.Errorf("%T: the container is %q, %v", asked, state, err)
		}
		if err := asked.remove(ctx, container); err != nil {
			t.Errorf("%T: %v", asked, err)
		}
		if _, err := asked.show(ctx, image, map[string]string{"/there": dirs[0] + "/none"}); err == nil {
			t.Errorf("%T shows what is not there", asked)
		}
		if _, err := os.Stat(dirs[0] + "/none"); err == nil {
			t.Errorf("%T made a directory in the engine's store", asked)
		}
		if _, err := asked.inspect(ctx, "hub-ops-test/nothing:t"); err == nil || !strings.Contains(err.Error(), "o such image") {
			t.Errorf("%T: got %v", asked, err)
		}
	}
	if !reflect.DeepEqual(answers[0], answers[1]) {
		t.Errorf("the command says %+v, the engine %+v", answers[0], answers[1])
	}
}

// listed returns the names of what a container has at /there.
func listed(ctx context.Context, t *testing.T, asked operations, container string) (names []string) {
	t.Helper()
	archive, err := asked.copyOut(ctx, container, "/there")
	if err != nil {
		t.Fatal(err)
	}
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
