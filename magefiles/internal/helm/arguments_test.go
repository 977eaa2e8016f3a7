package helm

import (
	"strings"
	"testing"
	"time"
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

// helm takes a comma between files for two files.
func TestFilesWithCommas(t *testing.T) {
	for file, want := range map[string]string{"/a/b.yaml": "/a/b.yaml", "/a,b/c.yaml": `"/a,b/c.yaml"`, `/a"b/c.yaml`: `"/a""b/c.yaml"`} {
		if got := (Upgrade{Values: []string{file}}).values(); len(got) != 2 || got[1] != want {
			t.Errorf("%s: got %q", file, got)
		}
	}
}
