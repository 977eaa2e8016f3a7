package image

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"hub-ops/magefiles/internal/run"
	"hub-ops/magefiles/internal/ui"
)

// slowEngine has begun to push, and would take for ever.
type slowEngine struct {
	operations
	begun int
}

func (e *slowEngine) sizes(context.Context, string) ([]int64, error) {
	return []int64{1 << 20, 1 << 30}, nil
}
func (e *slowEngine) images(context.Context) ([]string, error)             { return nil, nil }
func (e *slowEngine) diffIDs(context.Context, []string) ([]v1.Hash, error) { return nil, nil }
func (e *slowEngine) tag(context.Context, string, string) error            { return nil }
func (e *slowEngine) untag(context.Context, string) error                  { return nil }
func (e *slowEngine) push(ctx context.Context, _ string) error {
	e.begun++
	<-ctx.Done()
	return ctx.Err()
}

// A registry was emptied, of which the file of blobs says that it has the base: the engine is at work on the rest when
// that shows, and then saves the whole image.
func TestRegistryThatHasLessThanItShould(t *testing.T) {
	base, own := newLayer(t, 1<<20), newLayer(t, 1<<10)
	first, second := newImage(t, base), newImage(t, base, own)
	registry := newStrict()
	p := newPushing(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { registry.ServeHTTP(w, r) }))
	if _, err := p.push(t, "a", "t1", first); err != nil {
		t.Fatal(err)
	}
	p.blobs.RememberEngine(first.about().diffIDs[0], "engine", first.about().diffIDs[0])
	registry = newStrict()

	dir := t.TempDir()
	script := filepath.Join(dir, "engine")
	archive := save(t, second.raw, map[string][]byte{"a": base, "b": own}, nil, "a", "b")
	if err := os.WriteFile(script, []byte("#!/bin/sh\nexec cat "+archive+"\n"), 0o700); err != nil { // #nosec G306 -- a program
		t.Fatal(err)
	}
	engine := &slowEngine{}
	distant := &distantImage{
		operations: engine, cli: &cli{Run: &run.Runner{Env: os.Environ(), Log: ui.New(io.Discard, io.Discard, false)}, Scratch: dir, program: script},
		engine: "engine", hub: "a", inspected: inspected{DiffIDs: second.about().diffIDs},
	}
	if _, err := p.pusher(opened{distant}).Push(t.Context(), "a", "t2", false); err != nil {
		t.Fatal(err)
	}
	p.check(t, "a", "t2")
	if engine.begun != 1 {
		t.Errorf("the engine began to push %d times", engine.begun)
	}
}
