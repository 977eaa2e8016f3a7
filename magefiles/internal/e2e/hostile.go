package e2e

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

const mib = 1 << 20

// hostileCharts starts a repository of charts that nobody should have, each as version 1.0.0, and puts its address into
// the variable HOSTILE: "bomb" has a file of 300 MiB of nothing, "many" has forty of 4 MiB, "huge" is packed 120 MiB
// large, "climber" has a file outside of itself, "another" is a chart of another name.
func hostileCharts(ts *testscript.TestScript, _ bool, _ []string) {
	noise := rand.NewChaCha8([32]byte{})
	random := make([]byte, 120*mib)
	_, _ = noise.Read(random) // which never fails
	many := map[string][]byte{}
	for i := range 40 {
		many[fmt.Sprintf("many/templates/%d.txt", i)] = make([]byte, 4*mib)
	}
	archives := map[string][]byte{
		"bomb":    archive(ts, "bomb", map[string][]byte{"bomb/files/zero": make([]byte, 300*mib)}),
		"many":    archive(ts, "many", many),
		"huge":    archive(ts, "huge", map[string][]byte{"huge/files/noise": random}),
		"climber": archive(ts, "climber", map[string][]byte{"climber/../../../escaped.yaml": []byte("a: b\n")}),
		"another": archive(ts, "innocent", map[string][]byte{}),
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, packed := strings.CutSuffix(strings.TrimPrefix(r.URL.Path, "/"), "-1.0.0.tgz")
		switch {
		case packed && archives[name] != nil:
			_, _ = w.Write(archives[name])
		case r.URL.Path == "/index.yaml":
			_, _ = io.WriteString(w, "apiVersion: v1\nentries:\n")
			for name := range archives {
				_, _ = fmt.Fprintf(w, "  %s: [{apiVersion: v2, name: %s, version: 1.0.0, urls: [%s-1.0.0.tgz]}]\n", name, name, name)
			}
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	ts.Defer(server.Close)
	ts.Setenv("HOSTILE", server.URL)
}

// archive packs a chart.
func archive(ts *testscript.TestScript, name string, files map[string][]byte) []byte {
	var packed bytes.Buffer
	compressed, err := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
	ts.Check(err)
	writer := tar.NewWriter(compressed)
	files[name+"/Chart.yaml"] = []byte("apiVersion: v2\nname: " + name + "\nversion: 1.0.0\n")
	for file, content := range files {
		ts.Check(writer.WriteHeader(&tar.Header{Name: file, Mode: 0o644, Size: int64(len(content))}))
		_, err := writer.Write(content)
		ts.Check(err)
	}
	ts.Check(writer.Close())
	ts.Check(compressed.Close())
	return packed.Bytes()
}
