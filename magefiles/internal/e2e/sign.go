package e2e

import (
	"encoding/base64"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/rogpeppe/go-internal/testscript"

	"hub-ops/magefiles/internal/image/registry/registrytest"
)

// cosignKeys NAME... makes pairs of keys, .home/NAME.key and .home/NAME.pub, with the password in COSIGN_PASSWORD. It
// puts the private key into the variable NAME_KEY, and in base64 into NAME_BASE64.
func cosignKeys(ts *testscript.TestScript, _ bool, names []string) {
	for _, name := range names {
		prefix := filepath.Join(ts.MkAbs(".home"), name)
		ts.Check(ts.Exec(tool("cosign"), "generate-key-pair", "--output-key-prefix", prefix))
		content, err := os.ReadFile(prefix + ".key")
		ts.Check(err)
		ts.Setenv(strings.ToUpper(name)+"_KEY", string(content))
		ts.Setenv(strings.ToUpper(name)+"_BASE64", base64.StdEncoding.EncodeToString(content))
	}
}

// listingRegistry starts a registry that lists what refers to an image itself, and keeps no tag for that, and puts its
// address into the variable REGISTRY.
func listingRegistry(ts *testscript.TestScript, _ bool, _ []string) {
	server := httptest.NewServer(memoryRegistry(registry.WithReferrersSupport(true)))
	ts.Defer(server.Close)
	ts.Setenv("REGISTRY", strings.TrimPrefix(server.URL, "http://"))
}

// immutableRegistry starts a registry that lets no tag be overwritten, as ECR does, and puts its address into the variable REGISTRY.
func immutableRegistry(ts *testscript.TestScript, _ bool, _ []string) {
	server := httptest.NewServer(registrytest.Immutables[0].Wrap(memoryRegistry(), new(atomic.Int64)))
	ts.Defer(server.Close)
	ts.Setenv("REGISTRY", strings.TrimPrefix(server.URL, "http://"))
}
