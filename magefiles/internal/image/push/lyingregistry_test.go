package push

import (
	"bytes"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/remote"

	"hub-ops/magefiles/internal/image/registry/registrytest"
	"hub-ops/magefiles/internal/image/source/sourcetest"
	"hub-ops/magefiles/internal/ui"
)

// TestWhatTheEngineUnpackedIsNotReadAgain pushes from a machine that remembers nothing, and whose engine does or does not.
func TestWhatTheEngineUnpackedIsNotReadAgain(t *testing.T) {
	for name, c := range map[string]struct {
		says func(t *testing.T, p *pushing, image *sourcetest.Memory) *said
		read bool
	}{"pulled": {pulledSays, false}, "not pulled": {lastSays, true}} {
		t.Run(name, func(t *testing.T) {
			image := sourcetest.New(t, sourcetest.Layer(t, 200_000), sourcetest.Layer(t, 100_000), sourcetest.Layer(t, 1000))
			p := newPushing(t, registrytest.New())
			c.says(t, p, image)
			told := new(bytes.Buffer)
			pusher := p.pusher(image)
			pusher.Console = ui.New(io.Discard, told, false)
			if _, err := pusher.Push(t.Context(), "a", "t2", RefuseExisting); err != nil {
				t.Fatal(err)
			}
			p.checkIs(t, "a", "t2", image)
			if read := strings.Contains(told.String(), "of layers were read from the registry"); read != c.read || image.Read.Load() != 1 {
				t.Errorf("read: %v, want %v; %d layers compressed\n%s", read, c.read, image.Read.Load(), told)
			}
		})
	}
}

// TestARegistryThatLies gives false answers to a push from a machine that remembers nothing, or all. Whatever comes of it, there is no
// tag, or the image that was built.
func TestARegistryThatLies(t *testing.T) {
	blobs, manifests := registrytest.Request{Path: "/blobs/sha256:"}, registrytest.Request{Path: "/manifests/"}
	of := func(method string, which registrytest.Request) registrytest.Request {
		which.Method = method
		return which
	}
	for name, lying := range map[string]func(http.Handler) http.Handler{
		"the size of each blob":      registrytest.Answering(of(http.MethodHead, blobs), 0, registrytest.Lying),
		"the size of the first blob": registrytest.Answering(of(http.MethodHead, blobs), 1, registrytest.Lying),
		"what the first blob is":     registrytest.Answering(of(http.MethodGet, blobs), 1, saying("other")),
		"what each blob is":          registrytest.Answering(of(http.MethodGet, blobs), 0, saying("other")),
		"that a blob is empty":       registrytest.Answering(of(http.MethodGet, blobs), 0, saying("")),
		"what the last image is":     registrytest.Answering(of(http.MethodGet, manifests), 1, saying("{}")),
		"which digest the tag has":   registrytest.Answering(of(http.MethodHead, manifests), 1, registrytest.Another),
		"that it mounted a blob":     registrytest.Answering(registrytest.Request{Method: http.MethodPost, Path: "/blobs/uploads/"}, 1, registrytest.Status(http.StatusCreated, "")),
		"that it took a blob":        registrytest.Answering(registrytest.Request{Method: http.MethodPatch, Path: "/blobs/uploads/"}, 1, registrytest.Status(http.StatusAccepted, "")),
		"that there is no blob":      registrytest.Answering(of(http.MethodHead, blobs), 0, registrytest.Status(http.StatusNotFound, "BLOB_UNKNOWN")),
		"that it took the manifest":  registrytest.Answering(of(http.MethodPut, manifests), 1, registrytest.Status(http.StatusCreated, "")),
	} {
		for which, says := range map[string]func(*testing.T, *pushing, *sourcetest.Memory) *said{"nothing is known": lastSays, "pulled": pulledSays, "base elsewhere": baseSays} {
			t.Run(name+", "+which, func(t *testing.T) {
				t.Parallel()
				working := registrytest.NewStrict()
				site := registrytest.NewSite(t, working)
				p := &pushing{registry: registryAt(site.Host()), blobs: OpenBlobs(filepath.Join(t.TempDir(), "blobs.json"))}
				image := sourcetest.New(t, sourcetest.Layer(t, 200_000), sourcetest.Layer(t, 100_000), sourcetest.Layer(t, 1000))
				says(t, p, image)
				site.Becomes(lying(working))
				_, err := p.push(t, "a", "t2", image)
				site.Becomes(working)
				ref, refErr := p.registry.Reference("a", "t2")
				if refErr != nil {
					t.Fatal(refErr)
				}
				if _, missing := remote.Head(ref); missing == nil {
					p.checkIs(t, "a", "t2", image)
				} else if err == nil {
					t.Error("pushed, and there is no image")
				}
			})
		}
	}
}

// saying answers with a text.
func saying(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) }
}
