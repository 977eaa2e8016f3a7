package access

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/dev/programs"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/redact"
	"hub-ops/magefiles/internal/toolchain"
	"hub-ops/magefiles/internal/ui"
)

type noLog struct{ t *testing.T }

func (l noLog) Command(_, command string) { l.t.Log("$", command) }
func (l noLog) Line(_, line string)       { l.t.Log(line) }

// pinnedKubectl is the project's own, whatever is on PATH.
func pinnedKubectl(t *testing.T) string {
	t.Helper()
	settings, err := config.Load(filepath.Join("..", "..", "..", ".."), os.Environ())
	if err != nil {
		t.Fatal(err)
	}
	console := ui.New(os.Stdout, os.Stderr, false)
	box := &toolchain.Box{Run: &process.Runner{Env: os.Environ(), Log: console}, Console: console, Modules: toolchain.Modules(settings.ToolsDir), Cache: settings.CacheDir}
	path, err := box.Pinned(t.Context(), "kubectl")
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// The real gcloud, against a server that speaks Google's token endpoint and the GKE API. gcloud is in no repository of
// Debian's, so CI may be without it.
func TestGKEAccessByTheRealGcloud(t *testing.T) {
	t.Parallel() // it takes its time
	programs.Need(t.Context(), t, "gcloud")
	kubectl := pinnedKubectl(t)
	home, scratch := t.TempDir(), t.TempDir()
	address := serveGoogle(t, http.StatusOK)
	runner := &process.Runner{Env: []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "CLOUDSDK_CORE_DISABLE_USAGE_REPORTING=1"}, Log: noLog{t}, Redact: &redact.Redactor{}}
	g := GKE{Project: "p", Zone: "z", Name: "c", Key: key(t, address), KeyName: "GKE_KEY", Endpoint: address}
	access, err := g.ConnectByGcloud(t.Context(), runner, kubectl, scratch)
	if err != nil {
		t.Fatal(err)
	}
	if access.Server != "https://192.0.2.7" || access.Cluster != g.Context() || !access.Plugin {
		t.Errorf("got %+v", access)
	}
	if entries, err := os.ReadDir(home); err != nil || len(entries) != 0 {
		t.Errorf("the home directory holds %v, %v", entries, err)
	}
	if _, err := os.Stat(filepath.Join(scratch, "gke-key.json")); err == nil {
		t.Error("the key is still there")
	}
}
