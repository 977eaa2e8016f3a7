package browser

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"hub-ops/magefiles/internal/dev/programs"
)

// For starts a browser for a test, which is left out where there is none. It ends with the test.
func For(t *testing.T) *Browser {
	t.Helper()
	programs.Need(t.Context(), t, "chromium")
	dir, err := os.MkdirTemp("", "hub-ops-browser-") // and not the test's own: its last processes may still write when the test ends
	if err != nil {
		t.Fatal(err)
	}
	b, err := Start(context.WithoutCancel(t.Context()), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		b.Close()
		_ = os.RemoveAll(dir)
	})
	return b
}

// Page writes a page to a file of the test, and returns its address.
func Page(t *testing.T, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return Address(file)
}

// Address is that of a file.
func Address(file string) string { return (&url.URL{Scheme: "file", Path: file}).String() }

// Sound fails if anything is wrong with a page.
func (b *Browser) Sound(t *testing.T, address string) {
	t.Helper()
	problems, err := b.Check(address)
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range problems {
		t.Error(problem)
	}
}
