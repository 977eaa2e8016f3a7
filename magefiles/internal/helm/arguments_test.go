package helm

import (
	"slices"
	"strings"
	"testing"
	"time"

	"hub-ops/magefiles/internal/layout"
)

func TestUpgradeIsTheSeedsCommandInEachVersionsSpelling(t *testing.T) {
	u := Upgrade{
		At: layout.Plain("a"), Chart: "/c/a", Values: []string{"secrets/a.yaml"},
		Strings: map[string]string{"x.tag": "t1", "x.name": "r/a,b"},
		Options: Options{Force: true, Wait: true, CleanupOnFail: true, Timeout: 600 * time.Second},
	}
	const rest = ` --wait --timeout 600s --cleanup-on-fail -f secrets/a.yaml --set-string x.name=r/a\,b --set-string x.tag=t1 --reset-values --kube-context here`
	for version, want := range map[string]string{
		"v3.22.0": "upgrade --install --namespace a --create-namespace a /c/a --force" + rest,
		"v4.3.1":  "upgrade --install --namespace a --create-namespace a /c/a --force-replace --server-side=false" + rest,
	} {
		if got := strings.Join((&Client{Version: version, Context: "here"}).upgradeArguments(u), " "); got != want {
			t.Errorf("%s:\n got %s\nwant %s", version, got, want)
		}
	}
	u = Upgrade{At: layout.Plain("a"), Chart: "c", Labels: map[string]string{"b": "2", "a": "1"}, Options: Options{Timeout: time.Second}}
	want := "upgrade --install --namespace a --create-namespace a c --server-side=false --timeout 1s --reset-values --kube-context here --labels a=1,b=2"
	if got := strings.Join((&Client{Version: "v4.0.0", Context: "here"}).upgradeArguments(u), " "); got != want {
		t.Errorf("switched off:\n got %s\nwant %s", got, want)
	}
}

func TestReleaseAndNamespaceHaveNamesOfTheirOwn(t *testing.T) {
	c, at := &Client{Version: "v4.3.1", Context: "here"}, layout.Address{Hub: "h", Release: "r", Namespace: "n"}
	for want, args := range map[string][]string{
		"upgrade --install --namespace n --create-namespace r c ": c.upgradeArguments(Upgrade{At: at, Chart: "c"}),
		"upgrade --install --namespace n r c --dry-run=server":    c.dryRunArguments(Upgrade{At: at, Chart: "c"}),
		"template r c --namespace n ":                             templateArguments(Upgrade{At: at, Chart: "c"}, "1.36", nil),
		"lint c --namespace n":                                    lintArguments(Upgrade{At: at, Chart: "c"}),
		"rollback r 2 --namespace n ":                             c.rollbackArguments(Rollback{At: at, Revision: 2}),
		"uninstall r --namespace n ":                              c.uninstallArguments(at, time.Second),
		"get manifest r --namespace n ":                           c.manifestArguments(at),
	} {
		if got := strings.Join(args, " "); !strings.HasPrefix(got, want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestHelmFetchesNoSchemasWhereTheServerValidates(t *testing.T) {
	const flag = "--disable-openapi-validation"
	c := &Client{Version: "v4.3.1", Context: "here"}
	for _, is := range []bool{false, true} {
		u := Upgrade{At: layout.Plain("a"), Chart: "c", ServerValidates: is}
		if upgrade, dryRun := c.upgradeArguments(u), c.dryRunArguments(u); slices.Contains(upgrade, flag) != is || slices.Contains(dryRun, flag) != is {
			t.Errorf("%v:\n%q\n%q", is, upgrade, dryRun)
		}
	}
}

// An account that may do no more than its namespace allows makes no namespace.
func TestHelmWorksInTheNameOfTheHubsAccount(t *testing.T) {
	c := &Client{Version: "v4.3.1", Context: "here", As: func(hub string) string { return "hub-" + hub }}
	u := Upgrade{At: layout.Plain("a"), Chart: "c"}
	for what, args := range map[string][]string{
		"upgrade": c.upgradeArguments(u), "dry run": c.dryRunArguments(u), "rollback": c.rollbackArguments(Rollback{At: layout.Plain("a")}), "uninstall": c.uninstallArguments(layout.Plain("a"), time.Second),
	} {
		if line := strings.Join(args, " ") + " "; !strings.Contains(line, " --kube-as-user hub-a ") || strings.Contains(line, "--create-namespace") {
			t.Errorf("%s: %s", what, line)
		}
	}
	c.As = func(string) string { return "" }
	if slices.Contains(c.upgradeArguments(u), "--kube-as-user") || !slices.Contains(c.upgradeArguments(u), "--create-namespace") {
		t.Errorf("our own: %q", c.upgradeArguments(u))
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

// What helm does where a flag is not given depends on the last revision: on its values and on the way it was applied. So each
// command that makes or renders a revision says both, whatever else it is given.
func TestNothingIsTakenFromTheLastRevision(t *testing.T) {
	for _, u := range []Upgrade{
		{At: layout.Plain("a"), Chart: "c"},
		{At: layout.Plain("a"), Chart: "c", Values: []string{"v.yaml"}},
		{At: layout.Plain("a"), Chart: "c", Strings: map[string]string{"a": "b"}, Options: Options{Force: true, Wait: true, CleanupOnFail: true}},
	} {
		for _, version := range []string{"v3.22.0", "v4.3.1"} {
			c := &Client{Version: version, Context: "here"}
			upgrade, dryRun, rollback := c.upgradeArguments(u), c.dryRunArguments(u), c.rollbackArguments(Rollback{At: layout.Plain("a"), Revision: 1})
			if !slices.Contains(upgrade, "--reset-values") || !slices.Contains(dryRun, "--reset-values") {
				t.Errorf("%s: the last revision's values could be taken:\n%q\n%q", version, upgrade, dryRun)
			}
			if c.four() && (!slices.Contains(upgrade, "--server-side=false") || !slices.Contains(rollback, "--server-side=false")) {
				t.Errorf("%s: the last revision says how to apply:\n%q\n%q", version, upgrade, rollback)
			}
		}
	}
}
