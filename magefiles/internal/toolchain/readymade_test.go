package toolchain

import (
	"archive/tar"
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/image/registry/registrytest"
)

// publish puts an index with one image for linux and the processor, which has the program at a path, into a registry.
func publish(t *testing.T, reference, processor, path, content string) {
	t.Helper()
	var archive bytes.Buffer
	writer := tar.NewWriter(&archive)
	if err := writer.WriteHeader(&tar.Header{Name: path, Mode: 0o755, Size: int64(len(content))}); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(writer, content); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(archive.Bytes())), nil })
	if err != nil {
		t.Fatal(err)
	}
	image, err := mutate.AppendLayers(empty.Image, layer)
	if err != nil {
		t.Fatal(err)
	}
	index := mutate.AppendManifests(empty.Index, mutate.IndexAddendum{
		Add: image, Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: processor}},
	})
	tag, err := name.NewTag(reference)
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.WriteIndex(tag, index); err != nil {
		t.Fatal(err)
	}
}

// pinTo writes images.sum with the digest that a tag has now.
func pinTo(t *testing.T, modules, reference, path string) {
	t.Helper()
	tag, err := name.NewTag(reference)
	if err != nil {
		t.Fatal(err)
	}
	found, err := remote.Head(tag)
	if err != nil {
		t.Fatal(err)
	}
	writePins(t, modules, "helm v4.9.9 "+tag.Context().Digest(found.Digest.String()).Name()+" "+path+"\n")
}

func writePins(t *testing.T, modules, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(modules, ReadyMadeFile), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// taken returns what the tool is then: "" if it was built.
func taken(t *testing.T, box *Box) (string, error) {
	t.Helper()
	path, err := box.Pinned(t.Context(), "helm")
	if err != nil {
		return "", err
	}
	content, err := os.ReadFile(path) // #nosec G304 -- of the test's own cache
	if err != nil {
		t.Fatal(err)
	}
	if text := string(content); len(text) < 100 {
		return text, nil
	}
	return "", nil
}

func TestReadyMadeToolIsTakenByItsDigestOrBuilt(t *testing.T) {
	const at = "usr/local/bin/helm"
	for name, test := range map[string]struct {
		processor, path string
		wrap            func(http.Handler) http.Handler // of the registry, once all is published
		pins            string                          // in place of right ones
		want            string
	}{
		"taken":                      {processor: runtime.GOARCH, path: at, want: "ready-made"},
		"a path with a dot":          {processor: runtime.GOARCH, path: "./" + at, want: "ready-made"},
		"for another machine":        {processor: "mips", path: at},
		"of another version":         {processor: runtime.GOARCH, path: at, pins: "helm v4.0.0 example.org/helm@sha256:" + strings.Repeat("0", 64) + " helm\n"},
		"registry that is busy":      {processor: runtime.GOARCH, path: at, wrap: func(http.Handler) http.Handler { return registrytest.Status(503, "UNAVAILABLE") }},
		"registry without the image": {processor: runtime.GOARCH, path: at, wrap: func(http.Handler) http.Handler { return registrytest.New() }},
		"registry that is not there": {processor: runtime.GOARCH, path: at, pins: "helm v4.9.9 127.0.0.1:1/helm@sha256:" + strings.Repeat("0", 64) + " helm\n"},
		"without pins":               {processor: runtime.GOARCH, path: at, pins: "# nothing\n"},
	} {
		t.Run(name, func(t *testing.T) {
			box, modules := newBox(t, t.TempDir())
			handler := registrytest.New()
			host := registrytest.Listen(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
			publish(t, host+"/helm:v4.9.9", test.processor, test.path, "ready-made")
			pinTo(t, modules, host+"/helm:v4.9.9", at)
			if test.pins != "" {
				writePins(t, modules, test.pins)
			}
			if test.wrap != nil {
				handler = test.wrap(handler)
			}
			if got, err := taken(t, box); err != nil || got != test.want {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}

func TestReadyMadeToolThatIsAnotherIsRefused(t *testing.T) {
	box, modules := newBox(t, t.TempDir())
	corrupt := false
	inner := registrytest.New()
	host := registrytest.Listen(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if corrupt && strings.Contains(r.URL.Path, "/blobs/") {
			_, _ = io.WriteString(w, "something else")
			return
		}
		inner.ServeHTTP(w, r)
	}))
	publish(t, host+"/helm:v4.9.9", runtime.GOARCH, "helm", "ready-made")
	pinTo(t, modules, host+"/helm:v4.9.9", "helm")
	corrupt = true
	got, err := taken(t, box)
	if err == nil || exit.Code(err) != exit.Setup {
		t.Errorf("%q, %v", got, err)
	}
	if left, err := filepath.Glob(filepath.Join(box.Cache, "tools", "helm-*", "*")); err != nil || len(left) != 0 {
		t.Errorf("left behind: %q, %v", left, err)
	}
}

func TestPinsThatCannotBeReadSayTheirLine(t *testing.T) {
	for _, line := range []string{"helm", "nothing v1 example.org/x@sha256:" + strings.Repeat("0", 64) + " x", "helm v1 example.org/x:v1 x"} {
		box, modules := newBox(t, t.TempDir())
		writePins(t, modules, "# a comment\n"+line+"\n")
		if _, err := taken(t, box); err == nil || !strings.Contains(err.Error(), ReadyMadeFile+":2: ") || exit.Code(err) != exit.Setup {
			t.Errorf("%s: %v", line, err)
		}
	}
}

// What is pinned is what is taken afterwards.
func TestPinningFindsTheProgramsOfThePinnedVersions(t *testing.T) {
	box, modules := newBox(t, t.TempDir())
	box.Modules = Modules("") // the project's own
	host := registrytest.Listen(t, registrytest.New())
	version, err := box.version(tools["kubectl"])
	if err != nil {
		t.Fatal(err)
	}
	publish(t, host+"/kubectl:"+version, runtime.GOARCH, "bin/kubectl", "ready-made")
	text, err := box.ReadyMade(t.Context(), host)
	if err != nil {
		t.Fatal(err)
	}
	writePins(t, modules, text)
	all, err := readReadyMade(Modules(modules))
	if err != nil || len(all) != 1 || all[0].tool != "kubectl" || all[0].version != version || all[0].path != "bin/kubectl" {
		t.Fatalf("%v, %v in\n%s", all, err, text)
	}
	if _, err := box.ReadyMade(t.Context(), "127.0.0.1:1"); err == nil || !strings.Contains(err.Error(), "run this where 127.0.0.1:1 can be reached") {
		t.Errorf("no registry: %v", err)
	}
}
