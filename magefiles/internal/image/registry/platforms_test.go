package registry

import (
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"hub-ops/magefiles/internal/image/registry/registrytest"
)

func TestPlatformsOfAnImage(t *testing.T) {
	r := Registry{Host: registrytest.Listen(t, registrytest.New()), Template: "team/user-{hub}"}
	one := func(os, architecture, variant string) v1.Image {
		image, err := random.Image(10, 1)
		if err != nil {
			t.Fatal(err)
		}
		configuration, err := image.ConfigFile()
		if err != nil {
			t.Fatal(err)
		}
		configuration.OS, configuration.Architecture, configuration.Variant = os, architecture, variant
		if image, err = mutate.ConfigFile(image, configuration); err != nil {
			t.Fatal(err)
		}
		return image
	}
	ref, err := name.ParseReference(r.Repository("a") + ":t1")
	if err != nil {
		t.Fatal(err)
	}
	check := func(digest v1.Hash, want string) {
		t.Helper()
		if got, err := r.Platforms(t.Context(), "a", digest.String()); err != nil || strings.Join(got, " ") != want {
			t.Errorf("got %q, %v, want %s", got, err, want)
		}
	}
	silent := one("", "", "")
	if err := remote.Write(ref, silent); err != nil {
		t.Fatal(err)
	}
	digest, err := silent.Digest()
	if err != nil {
		t.Fatal(err)
	}
	check(digest, "")
	image := one("linux", "arm64", "v8")
	if digest, err = image.Digest(); err != nil {
		t.Fatal(err)
	}
	if err := remote.Write(ref, image); err != nil {
		t.Fatal(err)
	}
	check(digest, "linux/arm64/v8")
	index := mutate.AppendManifests(empty.Index,
		mutate.IndexAddendum{Add: one("linux", "amd64", ""), Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: "amd64"}}},
		mutate.IndexAddendum{Add: one("linux", "arm64", ""), Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: "arm64"}}},
		mutate.IndexAddendum{Add: one("unknown", "unknown", ""), Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "unknown", Architecture: "unknown"}}},
	)
	if digest, err = index.Digest(); err != nil {
		t.Fatal(err)
	}
	if err := remote.WriteIndex(ref, index); err != nil {
		t.Fatal(err)
	}
	check(digest, "linux/amd64 linux/arm64")
}
