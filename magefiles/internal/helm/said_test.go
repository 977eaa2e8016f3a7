package helm

import (
	"strings"
	"testing"

	"hub-ops/magefiles/internal/process"
)

// schema is what helm 4.3.1 and 3.22.0 say of values that do not fit.
const schema = "values don't meet the specifications of the schema(s) in the following chart(s):\nsub:\n- at '': missing property 'b'\n- at '/a': got string, want integer\n" +
	"- at '/c': 'oneOf' failed, none matched\n  - at '/c': got array, want string\n  - at '/c': got array, want object\n- at '/d': additional properties 'e' not allowed\n" +
	"- at '/e': value must be one of 1, 2\nother:\n- at '': additional properties 'zz' not allowed\n\n"

const schemaSaid = "values don't meet the specifications of the schema(s) in the following chart(s): sub: - at '': missing property 'b'; - at '/a': got string, want integer; " +
	"- at '/c': 'oneOf' failed, none matched; - at '/c': got array, want string; - at '/c': got array, want object; - at '/d': additional properties 'e' not allowed; " +
	"- at '/e': value must be one of 1, 2; other: - at '': additional properties 'zz' not allowed"

func TestTheWholeReasonIsGiven(t *testing.T) {
	for name, test := range map[string]struct{ output, want string }{
		"a schema":             {"Error: " + schema, schemaSaid},
		"a schema, upgrading":  {"level=WARN msg=x\nError: UPGRADE FAILED: " + schema, "UPGRADE FAILED: " + schemaSaid},
		"a chart's own text":   {"Error: execution error at (c/charts/jupyterhub/templates/NOTES.txt:1:3):\n\nBREAKING: hub.x was renamed,\nand needs a new name.\n\nSee the changelog.\n", "execution error at (c/charts/jupyterhub/templates/NOTES.txt:1:3): BREAKING: hub.x was renamed, and needs a new name. See the changelog."},
		"a text of two lines":  {"Error: execution error at (c/x.yaml:1:3): one\ntwo", "execution error at (c/x.yaml:1:3): one two"},
		"one line":             {"x\nError: chart requires kubeVersion: >= 9", "chart requires kubeVersion: >= 9"},
		"with advice":          {"Error: YAML parse error on c/x.yaml: bad\n\nUse --debug flag to render out invalid YAML", "YAML parse error on c/x.yaml: bad"},
		"errors of a hook":     {"Error: UPGRADE FAILED: pre-upgrade hooks failed: 1 error occurred:\n\t* job failed: BackoffLimitExceeded\n\n", "UPGRADE FAILED: pre-upgrade hooks failed: 1 error occurred: * job failed: BackoffLimitExceeded"},
		"a repository is away": {"...Unable to get an update from the \"https://x/\" chart repository:\n\tGet \"https://x/index.yaml\": no such host\nError: no cached repository for helm-manager-1 found", `Unable to get an update from the "https://x/" chart repository: Get "https://x/index.yaml": no such host`},
		"coloured":             {"\x1b[31mError: no\x1b[0m", "no"},
	} {
		if got := reason(&process.Error{Output: test.output}); name != "coloured" && got.Error() != "helm: "+test.want {
			t.Errorf("%s: got\n%s\nwant\nhelm: %s", name, got, test.want)
		}
		if got := said(test.output); got != test.want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, test.want)
		}
	}
	long := said("Error: values:\n" + strings.Repeat("- at x\n", 100))
	if !strings.HasSuffix(long, "- at x; and 41 lines more, which stand above") {
		t.Errorf("got %s", long)
	}
}

func TestEachFindingOfHelmLintIsWhole(t *testing.T) {
	got := linted("==> Linting c\n[INFO] Chart.yaml: icon is recommended\n[ERROR] templates/: " + schema + "[WARNING] x: y\n[ERROR] /c: chart metadata is missing these dependencies: sub\n\nError: 1 chart(s) linted, 1 chart(s) failed\n")
	if want := "templates/: " + schemaSaid + " | /c: chart metadata is missing these dependencies: sub"; strings.Join(got, " | ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, " | "), want)
	}
}

func FuzzSaid(f *testing.F) {
	f.Add("Error: " + schema)
	f.Add("[ERROR] templates/: x:\n- y")
	f.Fuzz(func(_ *testing.T, output string) {
		said(output)
		linted(output)
	})
}
