package push

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/image/registry/registrytest"
	"hub-ops/magefiles/internal/image/source/sourcetest"
)

var update = flag.Bool("update", false, "write docs/content/reference/faults.md")

// fault is something that goes wrong at a registry while an image is pushed to it.
type fault struct {
	name string
	// meets puts the fault before a registry that works; nil: it is down.
	meets func(working http.Handler) http.Handler
	// before changes the registry before the push.
	before func(t *testing.T, p *pushing, image *sourcetest.Memory)
	layers func(t *testing.T) [][]byte // of the image; one of a megabyte if nil
	twice  bool                        // another run pushes the same image at the same time
	after  string                      // what the registry holds then: whole, nothing, or as before
}

const (
	whole   = "the whole image"
	nothing = "no tag"
	before  = "the tag as it was before"
)

// faults is the table that the page in docs is made from.
var faults = []fault{
	{name: "registry is down", after: nothing},
	{name: "gone half way through a layer, and back at once", meets: registrytest.Answering(registrytest.Request{Method: http.MethodPatch, Path: "/blobs/uploads/"}, 1, registrytest.Cutting), after: whole},
	{name: "gone half way through a layer, which it keeps and says so", meets: registrytest.Keeping, after: whole},
	{name: "gone half way through a layer, each time", meets: registrytest.Answering(registrytest.Request{Method: http.MethodPatch, Path: "/blobs/uploads/"}, 0, registrytest.Cutting), after: nothing},
	{name: "falls silent in the middle of a layer, once", before: impatient, meets: registrytest.Answering(registrytest.Request{Method: http.MethodPatch, Path: "/blobs/uploads/"}, 1, registrytest.Silent), after: whole},
	{name: "falls silent in the middle of a layer, each time", before: impatient, meets: registrytest.Answering(registrytest.Request{Method: http.MethodPatch, Path: "/blobs/uploads/"}, 0, registrytest.Silent), after: nothing},
	{name: "500 at the layer, once", meets: registrytest.Answering(registrytest.Request{Method: http.MethodPatch, Path: "/blobs/uploads/"}, 1, registrytest.Status(http.StatusInternalServerError, "UNKNOWN")), after: whole},
	{name: "503 at the manifest, each time", meets: registrytest.Answering(registrytest.Request{Method: http.MethodPut, Path: "/manifests/"}, 0, registrytest.Status(http.StatusServiceUnavailable, "UNAVAILABLE")), after: nothing},
	{name: "429 with Retry-After: 1", meets: registrytest.Answering(registrytest.Request{Method: http.MethodPatch, Path: "/blobs/uploads/"}, 1, registrytest.Busy), after: whole},
	{name: "413: the layer is larger than the registry takes", meets: registrytest.Answering(registrytest.Request{Method: http.MethodPatch, Path: "/blobs/uploads/"}, 0, registrytest.Status(http.StatusRequestEntityTooLarge, "SIZE_INVALID")), after: nothing},
	{name: "token runs out when the layer is to be sent", meets: registrytest.TokenRunsOut(registrytest.Request{Method: http.MethodPatch, Path: "/blobs/uploads/"}), after: whole},
	{name: "token runs out when the layer was sent", meets: registrytest.TokenRunsOut(registrytest.Request{Method: http.MethodPut, Path: "/blobs/uploads/"}), after: whole},
	{name: "token runs out when the manifest is to be sent", meets: registrytest.TokenRunsOut(registrytest.Request{Method: http.MethodPut, Path: "/manifests/"}), after: whole},
	{name: "token refused in the middle of a push", meets: registrytest.Answering(registrytest.Request{Method: http.MethodPut, Path: "/manifests/"}, 0, registrytest.Status(http.StatusUnauthorized, "UNAUTHORIZED")), after: nothing},
	{name: "read-only registry", meets: registrytest.Answering(registrytest.Request{Method: http.MethodPost, Path: "/blobs/uploads/"}, 0, registrytest.Status(http.StatusMethodNotAllowed, "UNSUPPORTED")), after: nothing},
	{name: "no permission to push", meets: registrytest.Answering(registrytest.Request{Method: http.MethodPost, Path: "/blobs/uploads/"}, 0, registrytest.Status(http.StatusForbidden, "DENIED")), after: nothing},
	{name: "layer corrupted on its way, once", meets: registrytest.Corrupting(1), after: whole},
	{name: "layer corrupted on its way, each time", meets: registrytest.Corrupting(0), after: nothing},
	{name: "registry says that it has a layer, and has not", before: remembered, meets: registrytest.Answering(registrytest.Request{Method: http.MethodHead, Path: "/blobs/"}, 0, registrytest.Lying), after: nothing},
	{name: "registry answers no HEAD", meets: registrytest.Answering(registrytest.Request{Method: http.MethodHead, Path: ""}, 0, registrytest.Status(http.StatusMethodNotAllowed, "UNSUPPORTED")), after: whole},
	{name: "upload goes to another host", meets: registrytest.Elsewhere, after: whole},
	{name: "another tag's index where the last image was expected", before: indexAt(registry.CacheTag), meets: registrytest.Unchanged, after: whole},
	{name: "an index where the image was expected", before: indexAt("t1"), meets: registrytest.Unchanged, after: before},
	{name: "tag exists with other content", before: otherImage, meets: registrytest.Unchanged, after: before},
	{name: "manifest refused", meets: registrytest.Answering(registrytest.Request{Method: http.MethodPut, Path: "/manifests/"}, 0, registrytest.Status(http.StatusBadRequest, "MANIFEST_INVALID")), after: nothing},
	{name: "registry keeps another manifest than was sent", meets: registrytest.Forgetful, after: whole},
	{name: "registry cannot mount the layer from another repository", before: inAnotherRepository, meets: registrytest.Unchanged, after: whole},
	{name: "429, each time", meets: registrytest.Answering(registrytest.Request{Method: http.MethodPost, Path: "/blobs/uploads/"}, 0, registrytest.Status(http.StatusTooManyRequests, "TOOMANYREQUESTS")), after: nothing},
	{name: "slow: 50 ms for each answer", meets: registrytest.Slow, after: whole},
	{name: "two pushes of the same image at once", meets: registrytest.Unchanged, twice: true, after: whole},
	{name: "a layer of 20,000 small files", meets: registrytest.Unchanged, layers: func(t *testing.T) [][]byte { return [][]byte{sourcetest.ManyFiles(t, 20_000)} }, after: whole},
	{name: "127 layers, one of them empty", meets: registrytest.Unchanged, layers: manyLayers, after: whole},
}

// TestFaults meets every fault with a push, looks what the registry holds then, and pushes again without the fault. What
// it sees becomes the page of faults in docs/content/reference; with -update it writes that.
func TestFaults(t *testing.T) {
	rows := make([]string, len(faults))
	t.Run("push", func(t *testing.T) {
		for i, f := range faults {
			t.Run(f.name, func(t *testing.T) {
				t.Parallel()
				rows[i] = f.meet(t)
			})
		}
	})
	if t.Failed() {
		return
	}
	page := filepath.Join("..", "..", "..", "..", "docs", "content", "reference", "faults.md")
	content := faultsPage(rows)
	if *update {
		if err := os.WriteFile(page, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if written, err := os.ReadFile(page); err != nil || string(written) != content {
		t.Errorf("%s is not what happens (%v): run 'go test ./magefiles/internal/image/push -run TestFaults -update'\n%s", page, err, content)
	}
}

// meet returns the fault's row of the table.
func (f fault) meet(t *testing.T) string {
	working := registrytest.NewStrict()
	s := registrytest.NewSite(t, working)
	p := &pushing{registry: registry.Registry{Host: s.Host(), Template: "team/user-{hub}", Username: "a", Password: "b"}, blobs: OpenBlobs(filepath.Join(t.TempDir(), "blobs.json"))}
	if f.layers == nil {
		f.layers = func(t *testing.T) [][]byte { return [][]byte{sourcetest.Layer(t, 1<<20)} }
	}
	image := sourcetest.New(t, f.layers(t)...)
	if f.before != nil {
		f.before(t, p, image)
	}
	held := p.holds(t, "a")
	if f.meets == nil {
		s.Close()
	} else {
		s.Becomes(f.meets(working))
	}
	beside := make(chan error, 1)
	if f.twice {
		go func() { _, err := p.pusher(image).Push(context.Background(), "a", "t1", RefuseExisting); beside <- err }()
	} else {
		beside <- nil
	}
	pushed, err := p.push(t, "a", "t1", image)
	if err := <-beside; err != nil {
		t.Errorf("the other push: %v", err)
	}
	sees := "pushed"
	if err != nil {
		sees = err.Error()
		if code := exit.Code(err); code != exit.Push {
			t.Errorf("exit code %d: %v", code, err)
		}
	} else if pushed.Digest == "" {
		t.Error("pushed, and no digest")
	}
	s.Mend(t, working)
	p.silence = 0 // a second is short where everything is tested at once
	if after := p.state(t, "a", "t1", held); after != f.after {
		t.Errorf("the registry holds %s, want %s (%v)", after, f.after, err)
	}
	existing := RefuseExisting
	if f.after == before {
		existing = ReplaceExisting
	}
	if _, err := p.pusher(image).Push(t.Context(), "a", "t1", existing); err != nil {
		t.Errorf("without the fault: %v", err)
	}
	p.check(t, "a", "t1")
	return fmt.Sprintf("| %s | %s | %s |\n", f.name, anonymous(sees), f.after)
}

// holds lists a hub's tags with what they name.
func (p *pushing) holds(t *testing.T, hub string) map[string]string {
	t.Helper()
	tags, err := p.registry.Tags(t.Context(), hub)
	if err != nil {
		t.Fatal(err)
	}
	held := map[string]string{}
	for _, tag := range tags {
		if held[tag], err = p.registry.Digest(t.Context(), hub, tag); err != nil {
			t.Fatal(err)
		}
	}
	return held
}

// state says what a registry holds of a push, against what it held before. Every tag that is new must be whole.
func (p *pushing) state(t *testing.T, hub, tag string, held map[string]string) string {
	t.Helper()
	now := p.holds(t, hub)
	for name, digest := range now {
		if digest != held[name] {
			p.check(t, hub, name)
		}
	}
	switch {
	case held[tag] != "" && now[tag] == held[tag]:
		return before
	case now[tag] != "":
		return whole
	case len(now) == len(held):
		return nothing
	}
	return fmt.Sprintf("something: %v", now)
}

var changing = []struct{ expression, text string }{
	{`127\.0\.0\.1:\d+->127\.0\.0\.1:\d+`, "…"},
	{`127\.0\.0\.1:\d+`, "registry.example"},
	{`sha256(:|%3A)[0-9a-f]{64}`, "sha256:…"},
	{`uploads/[^ :"?]+`, "uploads/…"},
	{
		// Which of these it is depends on who notices first.
		`((readfrom|read|write) tcp …: |read: |write: )*(use of closed network connection|connection reset by peer|broken pipe|` +
			`io: read/write on closed pipe|(unexpected )?EOF|http: server closed idle connection)`, "the connection ended",
	},
}

// anonymous takes out of a text what is another in each run.
func anonymous(text string) string {
	for _, part := range changing {
		text = regexp.MustCompile(part.expression).ReplaceAllString(text, part.text)
	}
	return strings.ReplaceAll(strings.ReplaceAll(text, "\n", " "), "|", `\|`)
}

func TestServerErrorAtEachRequestInTurn(t *testing.T) {
	var requests atomic.Int64
	counting := func(inner http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			requests.Add(1)
			inner.ServeHTTP(w, r)
		})
	}
	p := newPushing(t, counting(registrytest.NewStrict()))
	if _, err := p.push(t, "a", "t1", sourcetest.New(t, sourcetest.Layer(t, 1<<16))); err != nil {
		t.Fatal(err)
	}
	p.check(t, "a", "t1")
	for i := range requests.Load() {
		for _, forever := range []bool{false, true} {
			t.Run(fmt.Sprintf("request %d, forever %v", i+1, forever), func(t *testing.T) {
				t.Parallel()
				var count atomic.Int64
				working := registrytest.NewStrict()
				s := registrytest.NewSite(t, registrytest.Faulty{Handler: working, Fault: func(w http.ResponseWriter, _ *http.Request) bool {
					at := count.Add(1) - 1
					if at < i || at > i && !forever {
						return false
					}
					registrytest.Refuse(w, http.StatusInternalServerError, "UNKNOWN", "internal server error")
					return true
				}})
				p := &pushing{registry: registry.Registry{Host: s.Host(), Template: "team/user-{hub}"}, blobs: OpenBlobs(filepath.Join(t.TempDir(), "blobs.json"))}
				image := sourcetest.New(t, sourcetest.Layer(t, 1<<16))
				_, err := p.push(t, "a", "t1", image)
				if err != nil && !forever {
					t.Errorf("once is enough to fail: %v", err)
				}
				s.Mend(t, working)
				switch after := p.state(t, "a", "t1", nil); {
				case after == whole: // where only the cache's tag could not be moved there is no error
				case err == nil:
					t.Errorf("no error, and the registry holds %s", after)
				case !forever || after != nothing:
					t.Errorf("the registry holds %s", after)
				}
				if _, err := p.push(t, "a", "t1", image); err != nil {
					t.Errorf("without the fault: %v", err)
				}
				p.check(t, "a", "t1")
			})
		}
	}
}
