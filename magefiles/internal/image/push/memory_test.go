package push

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"hub-ops/magefiles/internal/image/registry/registrytest"
	"hub-ops/magefiles/internal/image/source"
	"hub-ops/magefiles/internal/ui"
)

// hugeImage has layers of random bytes, the same each time they are read, which no compressor makes smaller.
type hugeImage struct {
	raw  []byte
	size int64
}

func (h *hugeImage) Configuration(context.Context) ([]byte, error) { return h.raw, nil }

func (h *hugeImage) About() source.About {
	known, _ := source.AboutOf(h.raw)
	return known
}

func (h *hugeImage) Close() error { return nil }

func (h *hugeImage) WriteLayer(_ context.Context, index int, w io.Writer) error {
	_, err := io.CopyN(w, rand.NewChaCha8([32]byte{byte(index)}), h.size)
	return err
}

func newHugeImage(t testing.TB, size int64, layers int) *hugeImage {
	h := &hugeImage{size: size}
	var diffIDs []v1.Hash
	for i := range layers {
		sum := sha256.New()
		if err := h.WriteLayer(t.Context(), i, sum); err != nil {
			t.Fatal(err)
		}
		diffIDs = append(diffIDs, source.HashOf(sum))
	}
	var err error
	h.raw, err = json.Marshal(v1.ConfigFile{Architecture: "amd64", OS: "linux", RootFS: v1.RootFS{Type: "layers", DiffIDs: diffIDs}})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// forgetting is a registry that checks the digest of what it is sent, and keeps only that.
type forgetting struct {
	mu        sync.Mutex
	uploads   map[string]hash.Hash
	blobs     map[string]bool
	manifests map[string][]byte
	received  int64
}

func (f *forgetting) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	last := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
	switch {
	case r.URL.Path == "/v2/":
	case r.Method == http.MethodPost:
		f.mu.Lock()
		id := strconv.Itoa(len(f.uploads))
		f.uploads[id] = sha256.New()
		f.mu.Unlock()
		w.Header().Set("Location", r.URL.Path+id)
		w.WriteHeader(http.StatusAccepted)
	case r.Method == http.MethodPatch:
		f.mu.Lock()
		sum := f.uploads[last]
		f.mu.Unlock()
		n, err := io.Copy(sum, r.Body)
		if err != nil {
			return
		}
		f.mu.Lock()
		f.received += n
		f.mu.Unlock()
		w.Header().Set("Location", r.URL.Path)
		w.WriteHeader(http.StatusAccepted)
	case r.Method == http.MethodPut && strings.Contains(r.URL.Path, "/blobs/"):
		f.mu.Lock()
		defer f.mu.Unlock()
		digest := "sha256:" + hex.EncodeToString(f.uploads[last].Sum(nil))
		if digest != r.URL.Query().Get("digest") {
			registrytest.Refuse(w, http.StatusBadRequest, "DIGEST_INVALID", digest)
			return
		}
		f.blobs[digest] = true
		w.WriteHeader(http.StatusCreated)
	case r.Method == http.MethodPut:
		f.mu.Lock()
		defer f.mu.Unlock()
		f.manifests[last], _ = io.ReadAll(r.Body)
		w.WriteHeader(http.StatusCreated)
	default:
		f.look(w, last)
	}
}

func (f *forgetting) look(w http.ResponseWriter, name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if manifest, there := f.manifests[name]; there {
		sum := sha256.Sum256(manifest)
		w.Header().Set("Content-Type", string(types.DockerManifestSchema2))
		w.Header().Set("Docker-Content-Digest", "sha256:"+hex.EncodeToString(sum[:]))
		w.Header().Set("Content-Length", strconv.Itoa(len(manifest)))
		return
	}
	if !f.blobs[name] {
		w.WriteHeader(http.StatusNotFound)
	}
}

// TestPushTakesLittleMemory runs each benchmark in a process of its own, without the race detector, which takes memory too.
func TestPushTakesLittleMemory(t *testing.T) {
	for benchmark, cores := range map[string]string{"BenchmarkHugeLayer": "", "BenchmarkLayersAtOnce": "16"} {
		command := exec.CommandContext(t.Context(), "go", "test", "-run", "^$", "-bench", "^"+benchmark+"$", "-benchtime", "1x", ".")
		command.Env = append(os.Environ(), "GOMAXPROCS="+cores)
		out, err := command.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "peak-MB") {
			t.Errorf("%s: %v\n%s", benchmark, err, out)
		}
	}
}

// BenchmarkHugeLayer pushes a layer of 4 GB.
func BenchmarkHugeLayer(b *testing.B) { measureMemory(b, 4<<30, 1) }

// BenchmarkLayersAtOnce pushes as many layers as are sent at a time.
func BenchmarkLayersAtOnce(b *testing.B) { measureMemory(b, 256<<20, layersAtOnce) }

// measureMemory pushes layers of so many bytes. Memory is this process's own, the registry and the test included.
func measureMemory(b *testing.B, size int64, layers int) {
	const limit = 200e6
	image := newHugeImage(b, size, layers)
	size *= int64(layers)
	b.SetBytes(size)
	for b.Loop() {
		kept := &forgetting{uploads: map[string]hash.Hash{}, blobs: map[string]bool{}, manifests: map[string][]byte{}}
		p := newPushing(b, kept)
		if _, err := p.pusher(image).Push(b.Context(), "a", "t1", RefuseExisting); err != nil {
			b.Fatal(err)
		}
		if kept.received < size {
			b.Errorf("the registry got %d bytes of %d", kept.received, size)
		}
	}
	peak := peakMemory(b)
	b.ReportMetric(float64(peak)/1e6, "peak-MB")
	if peak > limit {
		b.Errorf("peak memory %s, the limit is %s", ui.Bytes(peak), ui.Bytes(limit))
	}
}

// peakMemory is the most that this process has had in memory, in bytes: VmHWM of proc_pid_status(5).
func peakMemory(t testing.TB) int64 {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	var kilobytes int64
	if _, err := fmt.Sscan(rest, &kilobytes); err != nil {
		t.Fatal(err)
	}
	return kilobytes << 10
}
