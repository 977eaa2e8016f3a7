package e2e

import (
	"io"
	"strconv"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/validate"
	"github.com/rogpeppe/go-internal/testscript"

	"hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/sandbox"
)

// indexed HUB N makes sure that the hub's last image is an index of N manifests, all of which are there.
func indexed(ts *testscript.TestScript, _ bool, args []string) {
	index := lastIndex(ts, args[0])
	manifest, err := index.IndexManifest()
	ts.Check(err)
	if strconv.Itoa(len(manifest.Manifests)) != args[1] {
		ts.Fatalf("%d manifests, not %s", len(manifest.Manifests), args[1])
	}
	ts.Check(validate.Index(index, validate.Fast))
}

func lastIndex(ts *testscript.TestScript, hub string) v1.ImageIndex {
	registry := registry.Registry{Host: state(ts).Registry, Template: sandbox.Images}
	ref, err := registry.Reference(hub, "hub-ops-cache")
	ts.Check(err)
	index, err := remote.Index(ref)
	ts.Check(err)
	return index
}

// attested HUB TEXT makes sure that the hub's last image has an attestation of that type beside it, as BuildKit makes
// it, whole and about that image: docs.docker.com/build/metadata/attestations/attestation-storage.
func attested(ts *testscript.TestScript, _ bool, args []string) {
	index := lastIndex(ts, args[0])
	manifest, err := index.IndexManifest()
	ts.Check(err)
	images := map[string]bool{}
	for _, child := range manifest.Manifests {
		images[child.Digest.String()] = true
	}
	for _, child := range manifest.Manifests {
		if child.Annotations["vnd.docker.reference.type"] != "attestation-manifest" || !images[child.Annotations["vnd.docker.reference.digest"]] {
			continue
		}
		attestation, err := index.Image(child.Digest)
		ts.Check(err)
		layers, err := attestation.Manifest()
		ts.Check(err)
		for _, layer := range layers.Layers {
			statement, err := attestation.LayerByDigest(layer.Digest)
			ts.Check(err)
			content, err := statement.Compressed() // which checks its digest
			ts.Check(err)
			text, err := io.ReadAll(content)
			ts.Check(err)
			if strings.Contains(layer.Annotations["in-toto.io/predicate-type"], args[1]) && strings.Contains(string(text), `"predicate"`) {
				return
			}
		}
	}
	ts.Fatalf("no attestation of %s in %+v", args[1], manifest.Manifests)
}
