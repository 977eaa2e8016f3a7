package chart

import (
	"os"
	"path/filepath"
	"testing"

	"hub-ops/magefiles/internal/exit"
)

func write(t *testing.T, root, name, content string) {
	t.Helper()
	file := filepath.Join(root, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestChartIsCopiedWithTheLocalChartsThatItNeeds(t *testing.T) {
	root := t.TempDir()
	write(t, root, "hub-charts/a/Chart.yaml", "name: a\n")
	write(t, root, "common/Chart.yaml", "name: common\n")
	write(t, root, "hub-charts/a/charts/own/Chart.yaml", "name: own\n")
	write(t, root, "shared.yaml", "x: y\n")
	if err := os.Symlink("../../shared.yaml", filepath.Join(root, "hub-charts/a/values.yaml")); err != nil {
		t.Fatal(err)
	}
	dir, err := Copy(root, "hub-charts/a", []Dependency{
		{Repository: "file://../../common"}, {Repository: "file://../../common"}, {Repository: "file://charts/own"}, {Repository: "https://x"},
	}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"Chart.yaml": "name: a\n", "values.yaml": "x: y\n", "charts/own/Chart.yaml": "name: own\n", "../../common/Chart.yaml": "name: common\n"} {
		if content, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(content) != want {
			t.Errorf("%s: %q, %v", name, content, err)
		}
	}
}

func TestWhatLeadsOutOfTheRepositoryIsNotCopied(t *testing.T) {
	root := t.TempDir()
	write(t, root, "hub-charts/a/Chart.yaml", "name: a\n")
	if _, err := Copy(root, "hub-charts/a", []Dependency{{Repository: "file://../../../etc"}}, t.TempDir()); exit.Code(err) != exit.BadInput {
		t.Errorf("a dependency outside was copied: %v", err)
	}
	if err := os.Symlink("/etc/passwd", filepath.Join(root, "hub-charts/a/values.yaml")); err != nil {
		t.Fatal(err)
	}
	if _, err := Copy(root, "hub-charts/a", nil, t.TempDir()); exit.Code(err) != exit.BadInput {
		t.Errorf("a link to /etc/passwd was followed: %v", err)
	}
}
