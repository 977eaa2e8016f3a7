package image

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/random"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/ui"
)

func serve(t *testing.T, handler http.Handler) Registry {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return Registry{Host: strings.TrimPrefix(server.URL, "http://"), Template: "team/user-{hub}"}
}

func TestTag(t *testing.T) {
	hash, other := strings.Repeat("1234567890", 4), strings.Repeat("abcdef1234", 4)
	for want, tree := range map[string]git.Tree{
		"t123456789012":                {Hash: hash, Committed: hash},
		"t123456789012-dirty-abcdef12": {Hash: other, Committed: hash},
		"t000000000000-dirty-12345678": {Hash: hash},
	} {
		if got := Tag(tree); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestPushIsReadBackAndMovesTheCacheTag(t *testing.T) {
	r := serve(t, registry.New())
	img, err := random.Image(1<<16, 3)
	if err != nil {
		t.Fatal(err)
	}
	if digest, err := r.Digest(t.Context(), "a", "t1"); err != nil || digest != "" {
		t.Fatalf("before: %q, %v", digest, err)
	}
	digest, size, err := r.write(t.Context(), ui.New(io.Discard, io.Discard, false), "a", "t1", img)
	if err != nil || size < 3<<16 {
		t.Fatalf("pushed %d bytes: %v", size, err)
	}
	for _, tag := range []string{"t1", cacheTag} {
		if got, err := r.Digest(t.Context(), "a", tag); err != nil || got != digest.String() {
			t.Errorf("%s: got %q, %v; want %s", tag, got, err, digest)
		}
	}
}

func TestRegistryRefusals(t *testing.T) {
	refuse := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
	}))
	_, err := refuse.Digest(t.Context(), "a", "t1")
	if err == nil || !strings.Contains(err.Error(), "check REGISTRY_USERNAME") || exit.Code(err) != exit.Setup {
		t.Errorf("forbidden: %v", err)
	}
	gone := Registry{Host: "127.0.0.1:1", Template: "{hub}"}
	if err := gone.Check(t.Context(), "a"); err == nil || !strings.Contains(err.Error(), "does not answer") || exit.Code(err) != exit.Setup {
		t.Errorf("gone: %v", err)
	}
}

func TestBuildArguments(t *testing.T) {
	d := &Docker{}
	got := d.arguments(Build{
		Reference: "r:t1", CacheFrom: "r:latest",
		Commit: git.Commit{Hash: "abc", Date: "2026-01-02T03:04:05Z"},
	}, "/context")
	want := []string{
		"build", "--tag", "r:t1", "--cache-from", "r:latest",
		"--label", "org.opencontainers.image.created=2026-01-02T03:04:05Z",
		"--label", "org.opencontainers.image.revision=abc", "/context",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
