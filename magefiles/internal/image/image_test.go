package image

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
)

func serve(t testing.TB, handler http.Handler) Registry {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return Registry{Host: strings.TrimPrefix(server.URL, "http://"), Template: "team/user-{hub}"}
}

func TestTag(t *testing.T) {
	hash, other := strings.Repeat("1234567890", 4), strings.Repeat("abcdef1234", 4)
	clean := git.Tree{Hash: hash, Committed: hash}
	for want, tree := range map[string]git.Tree{
		"t123456789012":                clean,
		"t123456789012-dirty-abcdef12": {Hash: other, Committed: hash},
		"t000000000000-dirty-12345678": {Hash: hash},
	} {
		if got := (Content{Context: tree}).Tag(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	tags := map[string]bool{}
	for _, content := range []Content{
		{Context: clean},
		{Context: clean, Args: []string{"A=1"}},
		{Context: clean, Args: []string{"A=2"}},
		{Context: clean, Shared: []git.Tree{clean}},
		{Context: clean, Shared: []git.Tree{{Hash: other, Committed: other}}},
		{Context: clean, Shared: []git.Tree{{Hash: other, Committed: hash}}},
	} {
		tags[content.Tag()] = true
	}
	if len(tags) != 6 {
		t.Errorf("different content has the same tag: %v", tags)
	}
	if (Content{Context: clean, Args: []string{"A=1"}}).Dirty() || !(Content{Context: clean, Shared: []git.Tree{{Hash: other, Committed: hash}}}).Dirty() {
		t.Error("dirty is what differs from what is committed")
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
