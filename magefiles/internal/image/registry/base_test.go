package registry

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/image/content"
	"hub-ops/magefiles/internal/image/registry/registrytest"
)

func TestBaseThatHasMovedIsNoticed(t *testing.T) {
	r := serve(t, registrytest.New())
	push := func(reference string, image v1.Image) {
		ref, err := r.Reference(reference, "t1")
		if err != nil {
			t.Fatal(err)
		}
		if err := remote.Write(ref, image); err != nil {
			t.Fatal(err)
		}
	}
	newBase := func() v1.Image {
		image, err := random.Image(10, 1)
		if err != nil {
			t.Fatal(err)
		}
		return image
	}
	push("base", newBase())
	base := r.FindBase(t.Context(), []byte("FROM "+r.Repository("base")+":t1\n"), nil)
	if len(base.Digest) != len("sha256:")+64 {
		t.Fatalf("base: %+v", base)
	}
	labels := map[string]string{content.LabelBaseName: base.Name, content.LabelBaseDigest: base.Digest}
	image, err := mutate.Config(newBase(), v1.Config{Labels: labels})
	if err != nil {
		t.Fatal(err)
	}
	push("a", image)
	moved := func(of Registry, hub string) string {
		t.Helper()
		base, err := of.Moved(t.Context(), hub, "t1")
		if err != nil {
			t.Error(err)
		}
		return base.Name
	}
	if moved := moved(r, "a"); moved != "" {
		t.Errorf("moved: %q", moved)
	}
	push("base", newBase())
	if moved := moved(r, "a"); moved != base.Name {
		t.Errorf("moved: %q, want %q", moved, base.Name)
	}
	if moved := moved(r, "none"); moved != "" {
		t.Errorf("an image that is not there: %q", moved)
	}
}

// Where nobody knows whether the base has moved, the image of before would be deployed in place of the one that was built on it since.
func TestBaseOfARegistryThatDoesNotAnswerIsNotOneThatStays(t *testing.T) {
	for status, unknown := range map[int]bool{
		http.StatusTooManyRequests: true, http.StatusNotFound: false, http.StatusUnauthorized: false, http.StatusForbidden: false,
	} {
		away := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/v2/" {
				w.WriteHeader(status)
			}
		}))
		t.Cleanup(away.Close)
		r := serve(t, registrytest.New())
		image, err := mutate.Config(empty.Image, v1.Config{Labels: map[string]string{
			content.LabelBaseName: strings.TrimPrefix(away.URL, "http://") + "/base:1", content.LabelBaseDigest: "sha256:" + strings.Repeat("0", 64),
		}})
		if err != nil {
			t.Fatal(err)
		}
		ref, err := r.Reference("a", "t1")
		if err != nil {
			t.Fatal(err)
		}
		if err := remote.Write(ref, image); err != nil {
			t.Fatal(err)
		}
		base, err := r.Moved(t.Context(), "a", "t1")
		if base.Name != "" || (err != nil) != unknown {
			t.Errorf("%d: %q, %v", status, base.Name, err)
		}
		if unknown && (exit.Code(err) != exit.Setup || !strings.Contains(err.Error(), "nobody knows whether the base of image a has moved")) {
			t.Errorf("%d: %v", status, err)
		}
	}
}
