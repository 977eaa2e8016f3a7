package config

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestWhatHubsMayMakeElsewhere(t *testing.T) {
	for text, want := range map[string]struct {
		allowed []Allowed
		wrong   string
	}{
		"cluster: {allow: []}\n": {},
		"cluster:\n  allow:\n  - {hubs: [support], kind: ClusterRole, name: support-*}\n  - hubs: [a, b-*]\n    kind: [Role, Role.rbac.authorization.k8s.io]\n    namespace: kube-system\n    name: x\n": {allowed: []Allowed{
			{Hubs: []string{"support"}, Kinds: []string{"ClusterRole"}, Name: "support-*"},
			{Hubs: []string{"a", "b-*"}, Kinds: []string{"Role", "Role.rbac.authorization.k8s.io"}, Name: "x", Namespace: "kube-system"},
		}},
		"cluster: {allow: [{hubs: a, kind: Pod, name: x}]}\n":                                {allowed: []Allowed{{Hubs: []string{"a"}, Kinds: []string{"Pod"}, Name: "x"}}},
		"cluster:\n  allow: ClusterRole\n":                                                   {wrong: "hubops.yaml:2: cluster.allow: expected a list of entries like {hubs: [support]"},
		"cluster:\n  allow:\n  - {hubs: [a], kind: Pod, name: x}\n  - ClusterRole\n":         {wrong: "hubops.yaml:4: cluster.allow: expected an entry like"},
		"cluster:\n  allow:\n  - hubs: [a]\n    kind: Pod\n    names: x\n":                   {wrong: `hubops.yaml:5: cluster.allow: unknown key "names"; the keys are hubs, kind, name, namespace`},
		"cluster:\n  allow:\n  - hubs: [a]\n    kind: '*'\n    name: x\n":                    {wrong: `hubops.yaml:4: cluster.allow: kind: "*": it must be the kind of an object, like ClusterRole, and no pattern`},
		"cluster:\n  allow:\n  - hubs: [a]\n    kind: clusterroles\n    name: x\n":           {wrong: `hubops.yaml:4: cluster.allow: kind: "clusterroles"`},
		"cluster:\n  allow:\n  - hubs: [a]\n    kind: Pod\n    name: '[x'\n":                 {wrong: `hubops.yaml:5: cluster.allow: name: "[x" is neither a name nor a pattern`},
		"cluster:\n  allow:\n  - hubs: [a]\n    kind: Pod\n    name: [x, y]\n":               {wrong: `hubops.yaml:5: cluster.allow: name: expected one name or pattern; make an entry for each`},
		"cluster:\n  allow:\n  - hubs: [a]\n    kind: Pod\n    name: x\n    namespace: ''\n": {wrong: `hubops.yaml:6: cluster.allow: namespace: it is empty`},
		"cluster:\n  allow:\n  - hubs: []\n    kind: Pod\n    name: x\n":                     {wrong: `hubops.yaml:3: cluster.allow: hubs: it is empty`},
		"cluster:\n  allow:\n  - hubs: {a: b}\n    kind: Pod\n    name: x\n":                 {wrong: `hubops.yaml:3: cluster.allow: hubs: expected a list`},
		"cluster:\n  allow:\n  - {kind: Pod, name: x}\n":                                     {wrong: `hubops.yaml:3: cluster.allow: hubs, kind and name must be there`},
		"cluster: {impersonate: everybody}\n":                                                {wrong: `hubops.yaml:1: cluster.impersonate: "everybody": it must hold {hub}, or all hubs share one account`},
	} {
		root := t.TempDir()
		if err := os.WriteFile(filepath.Join(root, File), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := Load(root, []string{"HOME=" + root})
		switch {
		case want.wrong != "":
			if err == nil || !strings.HasPrefix(err.Error(), want.wrong) {
				t.Errorf("got  %v\nwant %s", err, want.wrong)
			}
		case err != nil || len(c.Allowed)+len(want.allowed) > 0 && !reflect.DeepEqual(c.Allowed, want.allowed):
			t.Errorf("%s: got %v, %v", text, c.Allowed, err)
		}
	}
}
