package e2e

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/rogpeppe/go-internal/testscript"
)

// publishChart NAME VERSION publishes a chart in the sandbox's registry, in the repository charts: an empty one, or one with the templates
// that the script has in published/NAME.
func publishChart(ts *testscript.TestScript, _ bool, args []string) {
	dir, templates := ts.MkAbs(".tmp/"+args[0]), ts.MkAbs("published/"+args[0])
	ts.Check(os.MkdirAll(dir, 0o750))
	if _, err := os.Stat(templates); err == nil {
		ts.Check(os.RemoveAll(filepath.Join(dir, "templates")))
		ts.Check(os.CopyFS(filepath.Join(dir, "templates"), os.DirFS(templates)))
	}
	ts.Check(os.WriteFile(filepath.Join(dir, "Chart.yaml"), []byte("apiVersion: v2\nname: "+args[0]+"\nversion: "+args[1]+"\n"), 0o600))
	ts.Check(ts.Exec(tool("helm"), "package", "--destination", dir, dir))
	ts.Check(ts.Exec(tool("helm"), "push", "--plain-http", filepath.Join(dir, args[0]+"-"+args[1]+".tgz"), "oci://"+state(ts).Registry+"/charts"))
	ts.Setenv("CHARTS_AT", "oci://"+state(ts).Registry+"/charts")
}

// moved HUB puts another image under the tag of the hub's.
func moved(ts *testscript.TestScript, _ bool, args []string) {
	tags := slices.DeleteFunc(tagsOf(ts, args[0]), func(tag string) bool { return tag == "hub-ops-cache" || strings.HasPrefix(tag, "sha256-") })
	if len(tags) != 1 {
		ts.Fatalf("the tags of %s are %q", args[0], tags)
	}
	ref, err := name.NewTag(state(ts).Registry+"/"+imageOf(args[0])+":"+tags[0], name.Insecure)
	ts.Check(err)
	image, err := random.Image(64, 1)
	ts.Check(err)
	ts.Check(remote.Write(ref, image))
}

// serves DIR serves the files of a directory, as they are at the time of each request, and puts the address into the variable SERVED.
func serves(ts *testscript.TestScript, _ bool, args []string) {
	server := httptest.NewServer(http.FileServer(http.Dir(ts.MkAbs(args[0]))))
	ts.Defer(server.Close)
	ts.Setenv("SERVED", server.URL)
}
