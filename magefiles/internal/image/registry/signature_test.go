package registry

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/image/registry/registrytest"
)

// attach puts an artifact beside an image that refers to it, as cosign makes one, and returns its digest.
func attach(t *testing.T, r Registry, digest, states string) string {
	t.Helper()
	ref, err := r.Reference("a", "t000000000001")
	if err != nil {
		t.Fatal(err)
	}
	subject, err := remote.Head(ref.Context().Digest(digest))
	if err != nil {
		t.Fatal(err)
	}
	artifact := mutate.MediaType(mutate.ConfigMediaType(empty.Image, bundleType+".v0.3+json"), types.OCIManifestSchema1)
	artifact = mutate.Annotations(artifact, map[string]string{bundleStates: states}).(v1.Image)
	artifact = mutate.Subject(artifact, *subject).(v1.Image)
	own, err := artifact.Digest()
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.Write(ref.Context().Digest(own.String()), artifact); err != nil {
		t.Fatal(err)
	}
	return own.String()
}

func TestSigned(t *testing.T) {
	for name, listing := range map[string]bool{"in a list of the registry's": true, "in a tag": false} {
		t.Run(name, func(t *testing.T) {
			r := serve(t, registrytest.New(registry.WithReferrersSupport(listing)))
			pushed := written(t, r, "t000000000001")
			is := func(want bool, when string) {
				t.Helper()
				if signed, err := r.Signed(t.Context(), "a", pushed); err != nil || signed != want {
					t.Errorf("%s: %v, %v", when, signed, err)
				}
			}
			is(false, "nothing is said of it")
			other := attach(t, r, pushed, "https://spdx.dev/Document")
			is(false, "something else is said of it")
			signature := attach(t, r, pushed, statesSigned)
			is(true, "it is signed")
			tag, _, err := r.Tag(t.Context(), "a", "t000000000001", Dated)
			if got := strings.Join(tag.Referrers, " "); err != nil || !strings.Contains(got, other) || !strings.Contains(got, signature) {
				t.Errorf("what refers to it: %q, %v", got, err)
			}
			list := strings.Replace(pushed, ":", "-", 1)
			about, there, err := r.Tag(t.Context(), "a", list, Dated)
			if err != nil || there == listing || there && (about.About != pushed || len(about.Children) != 2) {
				t.Errorf("the tag of the list: %+v, %v, %v", about, there, err)
			}
		})
	}
}

func TestSignedBeforeVersion3(t *testing.T) {
	r := serve(t, registrytest.NewStrict())
	pushed := written(t, r, "t1")
	ref, err := r.Reference("a", signatureTag(pushed))
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.Write(ref, empty.Image); err != nil {
		t.Fatal(err)
	}
	if signed, err := r.Signed(t.Context(), "a", pushed); err != nil || !signed {
		t.Errorf("%v, %v", signed, err)
	}
	if about, _, err := r.Tag(t.Context(), "a", ref.TagStr(), Dated); err != nil || about.About != pushed {
		t.Errorf("%+v, %v", about, err)
	}
	for tag, want := range map[string]string{"t000000000001": "", "sha256-12": "", "latest": ""} {
		if got := aboutWhat(tag); got != want {
			t.Errorf("%s is about %q", tag, got)
		}
	}
}

func TestWhetherItIsSignedIsNotGuessed(t *testing.T) {
	r := serve(t, registrytest.Answering(registrytest.Request{Path: "/manifests/sha256-"}, 0, registrytest.Status(http.StatusForbidden, "DENIED"))(registrytest.NewStrict()))
	pushed := written(t, r, "t1")
	if _, err := r.Signed(t.Context(), "a", pushed); err == nil || exit.Code(err) != exit.Setup {
		t.Errorf("got %v", err)
	}
}
