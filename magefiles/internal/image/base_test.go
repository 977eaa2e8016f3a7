package image

import (
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

func TestBaseOf(t *testing.T) {
	for dockerfile, want := range map[string]string{
		"FROM quay.io/jupyter/minimal-notebook:python-3.12.9\n":            "quay.io/jupyter/minimal-notebook:python-3.12.9",
		"# FROM x\nFROM --platform=linux/amd64 a:1 AS build\nFROM build\n": "a:1",
		"FROM a:1 as build\nRUN x\nFROM b:2\nCOPY --from=build / /\n":      "b:2",
		"FROM scratch\n":                "",
		"ARG TAG\nFROM a:${TAG}\n":      "",
		"":                              "",
		"FROM\n":                        "",
		"from a:1\nRUN echo FROM b:2\n": "a:1",
	} {
		if got := BaseOf([]byte(dockerfile)); got != want {
			t.Errorf("%q: got %q, want %q", dockerfile, got, want)
		}
	}
}

func FuzzBaseOf(f *testing.F) {
	f.Add("FROM a AS b\nFROM b\n")
	f.Fuzz(func(t *testing.T, dockerfile string) {
		if base := BaseOf([]byte(dockerfile)); strings.ContainsAny(base, " \n$") {
			t.Errorf("%q: %q", dockerfile, base)
		}
	})
}

func TestBaseThatHasMovedIsNoticed(t *testing.T) {
	r := serve(t, registry.New())
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
	base := r.FindBase(t.Context(), []byte("FROM "+r.Repository("base")+":t1\n"))
	if len(base.Digest) != len("sha256:")+64 {
		t.Fatalf("base: %+v", base)
	}
	b := Build{Base: base}
	labels := map[string]string{}
	for _, label := range b.labels() {
		name, value, _ := strings.Cut(label, "=")
		labels[name] = value
	}
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

func TestGrowthNamesTheInstruction(t *testing.T) {
	hash := func(digit string) v1.Hash { return v1.Hash{Algorithm: "sha256", Hex: strings.Repeat(digit, 64)} }
	base, conda := Blob{Digest: hash("a"), Size: 100 << 20}, Blob{Digest: hash("b"), Size: 640e6}
	last := map[v1.Hash]Blob{hash("1"): base}
	configuration := []byte(`{"history": [{"created_by": "x"}, {"created_by": "ENV y", "empty_layer": true}, {"created_by": "/bin/sh -c conda  install z"}]}`)
	if got, want := growth(last, configuration, []Blob{base, conda}), "+640 MB against the last image: layer 2, RUN conda install z"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for name, got := range map[string]string{
		"first image": growth(nil, configuration, []Blob{base, conda}),
		"same":        growth(last, configuration, []Blob{base}),
		"a little":    growth(last, configuration, []Blob{base, {Digest: hash("c"), Size: 1 << 20}}),
	} {
		if got != "" {
			t.Errorf("%s: %q", name, got)
		}
	}
	if got := instruction("RUN /bin/sh -c mamba env update # buildkit"); got != "RUN /bin/sh -c mamba env update" {
		t.Errorf("got %q", got)
	}
}
