package auth

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"hub-ops/magefiles/internal/run"
)

type noLog struct{ t *testing.T }

func (l noLog) Command(_, command string) { l.t.Log("$", command) }
func (l noLog) Line(_, line string)       { l.t.Log(line) }

// The real gcloud, against a server that speaks Google's token endpoint and the GKE API. gcloud is in no repository of
// Debian's, so CI may be without it.
func TestGKEAccessByTheRealGcloud(t *testing.T) {
	t.Parallel() // it takes its time
	if _, err := run.LookPath("gcloud"); err != nil {
		t.Skip("gcloud is not installed")
	}
	kubectl, err := run.LookPath("kubectl")
	if err != nil {
		t.Skip("kubectl is not installed")
	}
	home, scratch := t.TempDir(), t.TempDir()
	address := serveGoogle(t, http.StatusOK)
	runner := &run.Runner{Env: []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "CLOUDSDK_CORE_DISABLE_USAGE_REPORTING=1"}, Log: noLog{t}, Redact: &run.Redactor{}}
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
