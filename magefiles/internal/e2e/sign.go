package e2e

import (
	"encoding/base64"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/rogpeppe/go-internal/testscript"
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
