package build

import (
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/image/content"
)

func TestChecks(t *testing.T) {
	type ports = map[string]struct{}
	good := v1.Config{User: "jovyan", ExposedPorts: ports{"8888/tcp": {}, "9000/tcp": {}}}
	for name, test := range map[string]struct {
		checks   Checks
		base     string
		config   v1.Config
		size     int64
		warnings string // parts of each, in order
		err      string
	}{
		"good":                {Checks{Root: "refuse", MaxSize: 10}, "jupyter/base-notebook:2026-01-05", good, 10, "", ""},
		"no port at all":      {Checks{Root: "refuse"}, "", v1.Config{User: "1000"}, 0, "", ""},
		"port without a word": {Checks{Root: "refuse"}, "", v1.Config{User: "1000", ExposedPorts: ports{"8888": {}}}, 0, "", ""},
		"another port":        {Checks{Root: "refuse"}, "", v1.Config{User: "1000:100", ExposedPorts: ports{"8787/tcp": {}}}, 0, "exposes 8787/tcp and not 8888/tcp", ""},
		"no user":             {Checks{Root: "warn"}, "", v1.Config{}, 0, "the image runs as root", ""},
		"root by name":        {Checks{Root: "refuse"}, "", v1.Config{User: "root:users"}, 0, "", "image of hub a runs as root"},
		"root by number":      {Checks{Root: "refuse"}, "", v1.Config{User: "0"}, 0, "", "image.root refuses it"},
		"root allowed":        {Checks{Root: "allow"}, "", v1.Config{User: "0:0"}, 0, "", ""},
		"latest":              {Checks{Root: "warn"}, "jupyter/base-notebook:latest", good, 0, "FROM jupyter/base-notebook:latest: whatever", ""},
		"no version":          {Checks{Root: "warn"}, "quay.io:5000/jupyter/base-notebook", good, 0, "name a version", ""},
		"by digest":           {Checks{Root: "warn"}, "jupyter/base-notebook@sha256:" + strings.Repeat("a", 64), good, 0, "", ""},
		"too large":           {Checks{Root: "warn", MaxSize: 6e9}, "", good, 7e9, "", "the image of hub a has 7.0 GB, compressed, and image.max_size allows 6.0 GB"},
	} {
		t.Run(name, func(t *testing.T) {
			warnings, err := test.checks.Check("a", content.Base{Name: test.base}, []Built{{Config: test.config, Size: test.size}})
			if got := strings.Join(warnings, "\n"); !strings.Contains(got, test.warnings) || (got == "") != (test.warnings == "") {
				t.Errorf("warns %q, want %q", got, test.warnings)
			}
			if (err == nil) != (test.err == "") || err != nil && (!strings.Contains(err.Error(), test.err) || exit.Code(err) != exit.Build) {
				t.Errorf("got %v, want %q", err, test.err)
			}
		})
	}
}

func TestEveryPlatformOfALayoutIsInspected(t *testing.T) {
	add := func(index v1.ImageIndex, os, user string) v1.ImageIndex {
		image, err := random.Image(100, 2)
		if err != nil {
			t.Fatal(err)
		}
		if image, err = mutate.Config(image, v1.Config{User: user}); err != nil {
			t.Fatal(err)
		}
		return mutate.AppendManifests(index, mutate.IndexAddendum{Add: image, Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: os}}})
	}
	kit := &BuildKit{Layouts: t.TempDir()}
	platforms := add(add(add(empty.Index, "linux", "one"), "linux", "two"), "unknown", "attestation")
	err := kit.layouts().Write("x:t1", func(dir string) error {
		_, err := layout.Write(dir, mutate.AppendManifests(empty.Index, mutate.IndexAddendum{Add: platforms}))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	built, err := kit.Built(t.Context(), "x:t1")
	if err != nil || len(built) != 2 || built[0].Config.User != "one" || built[1].Config.User != "two" || built[0].Size < 200 {
		t.Errorf("%+v, %v", built, err)
	}
	if _, err := kit.Built(t.Context(), "none:t1"); err == nil {
		t.Error("there is no such image")
	}
}
