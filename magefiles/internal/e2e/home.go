package e2e

import (
	"os"
	"path/filepath"
	"slices"
)

// furnish writes what an operator has at home; the login of Docker is a canary.
func (w *watched) furnish() {
	kubeconfig, err := os.ReadFile(filepath.Join(stage.sandboxDir, "kubeconfig"))
	if err != nil {
		w.t.Fatal(err)
	}
	w.write(w.home, ".kube/config", string(kubeconfig))
	w.write(w.home, ".config/gcloud/active_config", "default")
	w.write(w.home, ".config/gcloud/configurations/config_default", "[core]\nproject = p\n")
	w.write(w.home, ".config/helm/repositories.yaml", "apiVersion: v1\nrepositories: []\n")
}

// compare notes a home that is not as it was.
func (w *watched) compare(before []string, what string) {
	if now := listing(w.home); !slices.Equal(now, before) {
		w.found.add(&w.found.homes, "%s: the home directory was\n%q\nand is\n%q", what, before, now)
	}
}
