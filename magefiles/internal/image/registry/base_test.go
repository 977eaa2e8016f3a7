package registry

import (
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"

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
	if moved := r.Moved(t.Context(), "a", "t1").Name; moved != "" {
		t.Errorf("moved: %q", moved)
	}
	push("base", newBase())
	if moved := r.Moved(t.Context(), "a", "t1").Name; moved != base.Name {
		t.Errorf("moved: %q, want %q", moved, base.Name)
	}
	if moved := r.Moved(t.Context(), "none", "t1").Name; moved != "" {
		t.Errorf("an image that is not there: %q", moved)
	}
}
