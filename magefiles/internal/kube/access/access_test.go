package access

import (
	"os"
	"path/filepath"
	"testing"
)

func TestWithoutAKubeconfigThereIsNoCluster(t *testing.T) {
	dir := t.TempDir()
	there, missing := filepath.Join(dir, "config"), filepath.Join(dir, "missing")
	if err := os.WriteFile(there, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for from, want := range map[Source]bool{
		{}:                    false,
		{Kubeconfig: missing}: false,
		{Kubeconfig: there}:   true,
		{Kubeconfig: missing + string(os.PathListSeparator) + there}: true,
		{Kubeconfig: missing, Content: "apiVersion: v1"}:             true,
	} {
		if err := from.Check(); (err == nil) != want {
			t.Errorf("%+v: %v", from, err)
		}
	}
}
