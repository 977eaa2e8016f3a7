package helm

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hub-ops/magefiles/internal/exit"
)

func TestUpgradeIsTheSeedsCommandInEachVersionsSpelling(t *testing.T) {
	u := Upgrade{
		Hub: "a", Chart: "/c/a", Values: []string{"secrets/a.yaml"},
		Strings: map[string]string{"x.tag": "t1", "x.name": "r/a,b"},
		Options: Options{Force: true, Wait: true, CleanupOnFail: true, Timeout: 600 * time.Second},
	}
	const rest = ` --wait --timeout 600s --cleanup-on-fail -f secrets/a.yaml --set-string x.name=r/a\,b --set-string x.tag=t1`
	for version, want := range map[string]string{
		"v3.22.0": "upgrade --install --namespace a --create-namespace a /c/a --force" + rest,
		"v4.3.1":  "upgrade --install --namespace a --create-namespace a /c/a --force-replace --server-side=false" + rest,
	} {
		if got := strings.Join((&Client{Version: version}).upgradeArguments(u), " "); got != want {
			t.Errorf("%s:\n got %s\nwant %s", version, got, want)
		}
	}
	u = Upgrade{Hub: "a", Chart: "c", Labels: map[string]string{"b": "2", "a": "1"}, Options: Options{Timeout: time.Second}}
	want := "upgrade --install --namespace a --create-namespace a c --timeout 1s --labels a=1,b=2"
	if got := strings.Join((&Client{Version: "v4.0.0"}).upgradeArguments(u), " "); got != want {
		t.Errorf("switched off:\n got %s\nwant %s", got, want)
	}
}

func TestChartIsCopiedAndLinksOutOfTheRepositoryAreRefused(t *testing.T) {
	root := t.TempDir()
	chart := filepath.Join(root, "hub-charts", "a")
	if err := os.MkdirAll(chart, 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(chart, "Chart.yaml"), []byte("name: a\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	dir, err := CopyChart(root, "hub-charts/a", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if content, err := os.ReadFile(filepath.Join(dir, "Chart.yaml")); err != nil || string(content) != "name: a\n" || filepath.Base(dir) != "a" {
		t.Errorf("copied to %s: %q, %v", dir, content, err)
	}
	if err := os.Symlink("/etc/passwd", filepath.Join(chart, "values.yaml")); err != nil {
		t.Fatal(err)
	}
	if _, err := CopyChart(root, "hub-charts/a", t.TempDir()); err == nil || exit.Code(err) != exit.BadInput {
		t.Errorf("a link to /etc/passwd was followed: %v", err)
	}
}
