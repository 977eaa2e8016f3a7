package image

import (
	"context"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/registry"

	"hub-ops/magefiles/internal/run"
	"hub-ops/magefiles/internal/ui"
)

// TestEngineSaysTheSameOverItsSocketAsToItsCommand asks a real engine both ways, and has it push both ways.
func TestEngineSaysTheSameOverItsSocketAsToItsCommand(t *testing.T) {
	ctx := t.Context()
	runner := &run.Runner{Env: os.Environ(), Log: ui.New(io.Discard, io.Discard, false)}
	docker, err := FindDocker(ctx, runner, t.TempDir(), "", Registry{})
	if err != nil {
		t.Fatal(err)
	}
	local, isLocal := docker.asked.(*engineAPI)
	if !isLocal {
		t.Fatalf("the engine's socket is not spoken to: %T", docker.asked)
	}
	server := httptest.NewServer(registry.New())
	defer server.Close()
	reference := fmt.Sprintf("%s/hub-ops-test/engine:t%d", strings.TrimPrefix(server.URL, "http://"), time.Now().UnixNano())
	layer := filepath.Join(t.TempDir(), "layer.tar")
	if err := os.WriteFile(layer, newLayer(t, 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := docker.run(ctx, "", "", "import", "--change", "LABEL a=b", layer, reference); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = docker.untag(context.WithoutCancel(ctx), reference) })

	var answers [2][]any
	for i, asked := range []operations{&docker.cli, local} {
		image, err := asked.inspect(ctx, reference)
		sizes, sizesErr := asked.sizes(ctx, reference)
		diffIDs, diffErr := asked.diffIDs(ctx, []string{image.ID, image.ID})
		if err != nil || sizesErr != nil || diffErr != nil || len(diffIDs) != 2 || image.Labels["a"] != "b" {
			t.Fatalf("%T: %+v, %v, %v, %v, %v, %v", asked, image, diffIDs, sizes, err, sizesErr, diffErr)
		}
		answers[i] = []any{image, sizes, diffIDs}
		other := reference + fmt.Sprint("-", i)
		for _, step := range []error{asked.tag(ctx, image.ID, other), asked.push(ctx, other), asked.untag(ctx, other)} {
			if step != nil {
				t.Errorf("%T: %v", asked, step)
			}
		}
		if docker.Has(ctx, other) {
			t.Errorf("%T: %s is still there", asked, other)
		}
		ids, err := asked.images(ctx)
		if err != nil || !slices.Contains(ids, image.ID) {
			t.Errorf("%T: what was pushed is not among %q, %v", asked, ids, err)
		}
		if err := asked.push(ctx, other); err == nil {
			t.Errorf("%T: pushed what is not there", asked)
		}
		if err := asked.tag(ctx, image.ID, "127.0.0.1:1/gone:t"); err != nil {
			t.Fatal(err)
		}
		if err := asked.push(ctx, "127.0.0.1:1/gone:t"); err == nil || !strings.Contains(err.Error(), "connection refused") {
			t.Errorf("%T: a registry that is not there: %v", asked, err)
		}
		_ = asked.untag(ctx, "127.0.0.1:1/gone:t")
		if _, err := asked.inspect(ctx, "hub-ops-test/nothing:t"); err == nil || !strings.Contains(err.Error(), "o such image") {
			t.Errorf("%T: got %v", asked, err)
		}
	}
	if !reflect.DeepEqual(answers[0], answers[1]) {
		t.Errorf("the command says %+v, the engine %+v", answers[0], answers[1])
	}
}
