package published

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/exit"
)

var source = Source{Registry: func(ctx context.Context) []remote.Option { return []remote.Option{remote.WithContext(ctx)} }}

// A repository is asked for its index, and a chart for the link that it names.
func TestIndex(t *testing.T) {
	index := `apiVersion: v1
entries:
  course:
  - {version: 1.3.0, home: "https://example.org", annotations: {artifacthub.io/links: "- {name: Release notes, url: 'https://example.org/notes'}"}}
  - {version: 1.2.0, sources: ["https://example.org/source"]}
  - {version: 1.2.0}
`
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/charts/index.yaml":
			_, _ = rw.Write([]byte(index))
		case "/garbage/index.yaml":
			_, _ = rw.Write([]byte("a: [\x1b"))
		default:
			http.NotFound(rw, r)
		}
	}))
	defer server.Close()
	got, err := source.Versions(t.Context(), chart.Dependency{Name: "course", Repository: server.URL + "/charts/"})
	if err != nil || !slices.Equal(got.List, []string{"1.3.0", "1.2.0"}) {
		t.Fatalf("%q, %v", got.List, err)
	}
	for version, want := range map[string]string{"1.3.0": "https://example.org/notes", "1.2.0": "https://example.org/source", "9": ""} {
		if link := got.Notes(t.Context(), version); link != want {
			t.Errorf("%s: %q", version, link)
		}
	}
	for where, want := range map[string]string{
		server.URL + "/none":             "it answers 404",
		server.URL + "/garbage":          "its index is no YAML that helm reads",
		"http://user:secret@127.0.0.1:1": "which versions of chart course there are at http://user:xxxxx@127.0.0.1:1 is not known: ",
		"@ours":                          `"@ours" is a name that only some machine's helm knows`,
		"oci://127.0.0.1:1/charts":       "connection refused",
		"oci://not a host/charts":        "which versions of chart course",
	} {
		_, err := source.Versions(t.Context(), chart.Dependency{Name: "course", Repository: where})
		if err == nil || !strings.Contains(err.Error(), want) || strings.ContainsAny(err.Error(), "\n\x1b") || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", where, err)
		}
	}
	if _, err := source.Versions(t.Context(), chart.Dependency{Name: "other", Repository: server.URL + "/charts"}); err == nil || !strings.Contains(err.Error(), "it has no such chart") || exit.Code(err) != exit.Setup {
		t.Errorf("got %v", err)
	}
}

// packed is a chart in a registry: its metadata is the configuration of the image.
type packed struct {
	v1.Image
	metadata []byte
}

func (p packed) RawConfigFile() ([]byte, error)      { return p.metadata, nil }
func (p packed) ConfigName() (v1.Hash, error)        { return partial.ConfigName(p) }
func (p packed) ConfigFile() (*v1.ConfigFile, error) { return partial.ConfigFile(p) }
func (p packed) Digest() (v1.Hash, error)            { return partial.Digest(p) }

func (p packed) Manifest() (*v1.Manifest, error) {
	manifest, err := p.Image.Manifest()
	if err != nil {
		return nil, err
	}
	manifest = manifest.DeepCopy()
	manifest.Config.Size = int64(len(p.metadata))
	manifest.Config.Digest, err = p.ConfigName()
	return manifest, err
}

func (p packed) RawManifest() ([]byte, error) { return partial.RawManifest(p) }

// A registry is asked for its tags, in which an underscore is a +.
func TestRegistry(t *testing.T) {
	server := httptest.NewServer(registry.New())
	defer server.Close()
	host := strings.TrimPrefix(server.URL, "http://")
	for tag, metadata := range map[string]string{"1.2.0": `{}`, "1.3.0_b1": `{"sources": ["https://example.org/source"]}`} {
		ref, err := name.NewTag(host + "/charts/course:" + tag)
		if err != nil {
			t.Fatal(err)
		}
		if err := remote.Write(ref, packed{mutate.MediaType(empty.Image, "application/vnd.oci.image.manifest.v1+json"), []byte(metadata)}); err != nil {
			t.Fatal(err)
		}
	}
	got, err := source.Versions(t.Context(), chart.Dependency{Name: "course", Repository: "oci://" + host + "/charts"})
	slices.Sort(got.List)
	if err != nil || !slices.Equal(got.List, []string{"1.2.0", "1.3.0+b1"}) {
		t.Fatalf("%q, %v", got.List, err)
	}
	if link := got.Notes(t.Context(), "1.3.0+b1"); link != "https://example.org/source" {
		t.Errorf("%q", link)
	}
	if link := got.Notes(t.Context(), "1.2.0") + got.Notes(t.Context(), "9.9.9"); link != "" {
		t.Errorf("%q", link)
	}
}
