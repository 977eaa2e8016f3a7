package helm

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/hub"
)

func TestUpgradeIsTheSeedsCommandInEachVersionsSpelling(t *testing.T) {
	u := Upgrade{
		Hub: "a", Chart: "/c/a", Values: []string{"secrets/a.yaml"},
		Strings: map[string]string{"x.tag": "t1", "x.name": "r/a,b"},
		Options: Options{Force: true, Wait: true, CleanupOnFail: true, Timeout: 600 * time.Second},
	}
	const rest = ` --wait --timeout 600s --cleanup-on-fail -f secrets/a.yaml --set-string x.name=r/a\,b --set-string x.tag=t1 --kube-context here`
	for version, want := range map[string]string{
		"v3.22.0": "upgrade --install --namespace a --create-namespace a /c/a --force" + rest,
		"v4.3.1":  "upgrade --install --namespace a --create-namespace a /c/a --force-replace --server-side=false" + rest,
	} {
		if got := strings.Join((&Client{Version: version, Context: "here"}).upgradeArguments(u), " "); got != want {
			t.Errorf("%s:\n got %s\nwant %s", version, got, want)
		}
	}
	u = Upgrade{Hub: "a", Chart: "c", Labels: map[string]string{"b": "2", "a": "1"}, Options: Options{Timeout: time.Second}}
	want := "upgrade --install --namespace a --create-namespace a c --timeout 1s --kube-context here --labels a=1,b=2"
	if got := strings.Join((&Client{Version: "v4.0.0", Context: "here"}).upgradeArguments(u), " "); got != want {
		t.Errorf("switched off:\n got %s\nwant %s", got, want)
	}
}

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
	dir, err := CopyChart(root, "hub-charts/a", []hub.Dependency{
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
	if _, err := CopyChart(root, "hub-charts/a", []hub.Dependency{{Repository: "file://../../../etc"}}, t.TempDir()); exit.Code(err) != exit.BadInput {
		t.Errorf("a dependency outside was copied: %v", err)
	}
	if err := os.Symlink("/etc/passwd", filepath.Join(root, "hub-charts/a/values.yaml")); err != nil {
		t.Fatal(err)
	}
	if _, err := CopyChart(root, "hub-charts/a", nil, t.TempDir()); exit.Code(err) != exit.BadInput {
		t.Errorf("a link to /etc/passwd was followed: %v", err)
	}
}

func TestChartThatHelmWouldNotTakeIsNotRead(t *testing.T) {
	file := filepath.Join(t.TempDir(), "huge-1.0.0.tgz")
	for size, want := range map[int64]string{99 << 20: "", 120 << 20: "chart huge-1.0.0.tgz has 120 MB, and helm takes at most 100"} {
		if err := errors.Join(os.WriteFile(file, nil, 0o600), os.Truncate(file, size)); err != nil {
			t.Fatal(err)
		}
		if err := checkSize(file); (err == nil) != (want == "") || err != nil && err.Error() != want {
			t.Errorf("%d: got %v", size, err)
		}
	}
}
