package scripts

import (
	"strconv"

	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/validate"
	"github.com/rogpeppe/go-internal/testscript"

	"hub-ops/magefiles/internal/image"
)

// indexed HUB N makes sure that the hub's last image is an index of N manifests, all of which are there.
func indexed(ts *testscript.TestScript, _ bool, args []string) {
	registry := image.Registry{Host: state(ts).Registry, Template: "earthlabhubops/ea-k8s-user-{hub}"}
	ref, err := registry.Reference(args[0], "hub-ops-cache")
	ts.Check(err)
	index, err := remote.Index(ref)
	ts.Check(err)
	manifest, err := index.IndexManifest()
	ts.Check(err)
	if strconv.Itoa(len(manifest.Manifests)) != args[1] {
		ts.Fatalf("%d manifests, not %s", len(manifest.Manifests), args[1])
	}
	ts.Check(validate.Index(index, validate.Fast))
}
