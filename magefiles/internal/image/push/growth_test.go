package push

import (
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"hub-ops/magefiles/internal/image/content"
)

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
	if got := content.Instruction("RUN /bin/sh -c mamba env update # buildkit"); got != "RUN /bin/sh -c mamba env update" {
		t.Errorf("got %q", got)
	}
}
