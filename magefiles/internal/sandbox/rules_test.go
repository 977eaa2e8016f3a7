package sandbox

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/redact"
	"hub-ops/magefiles/internal/sandbox/node"
)

// Debian 11 has Linux 5.10, and nft 0.9.8: there kube-proxy would be started again for ever.
func TestNftIsTakenOnlyWhereKubeProxyTakesIt(t *testing.T) {
	const good = "nftables v1.0.6 (Lester Gooch #5)"
	for _, c := range []struct{ release, version, want string }{
		{"5.10.0-28-amd64", good, "with nft kube-proxy wants Linux 5.13, and this is 5.10.0-28-amd64"},
		{"4.18.0-553.el8_10.x86_64", good, "with nft kube-proxy wants Linux 5.13, and this is 4.18.0-553.el8_10.x86_64"},
		{"5.15.0-91-generic", "nftables v0.9.8 (E.D.S.)", "kube-proxy wants nft 1.0.1, and this is nftables v0.9.8 (E.D.S.)"},
		{"5.15.0-91-generic", "nftables v1.0.0 (Fearless Fosdick #2)", "kube-proxy wants nft 1.0.1, and this is nftables v1.0.0 (Fearless Fosdick #2)"},
		{"5.13", good, ""},
		{"6.1.0-18-amd64", good, ""},
		{"10.1", good, ""},
		{"of another form", "so is this", ""},
	} {
		got := ""
		if err := nftUnfit(c.release, c.version); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s, %s: got %q", c.release, c.version, got)
		}
	}
}

// What is on the PATH of this run only, as on NixOS, is not in the node; what is in a directory of the system is, whatever PATH says, as after su.
func TestProgramsOfRulesAreLookedForInTheNode(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if err := os.WriteFile(filepath.Join(os.Getenv("PATH"), "nft-of-this-run"), []byte("#!/bin/sh\n"), 0o700); err != nil { // #nosec G306 -- it is executed
		t.Fatal(err)
	}
	if got := inNode("nft-of-this-run"); got != "" {
		t.Errorf("got %s", got)
	}
	if got := inNode("sh"); !strings.HasSuffix(got, "bin/sh") {
		t.Errorf("got %q", got)
	}
	for path, want := range map[string]bool{"/usr/sbin/xtables-nft-multi": true, "/nix/store/a/bin/nft": true, "/opt/nft": false, "/run/current-system/sw/bin/nft": false, "/user/nft": false} {
		if got := node.Shows(path); got != want {
			t.Errorf("%s: got %v", path, got)
		}
	}
}

// A node is up when its services can be reached: kube-proxy says which rules it has written.
func TestNodeIsUpWhenKubeProxyHasWrittenRules(t *testing.T) {
	const fresh, written = `{"healthy":true,"nodeEligible":true}`, `{"healthy":true,"nodeEligible":true,"status":{"IPv4":{"healthy":true}}}`
	for _, c := range []struct{ rules, says, want string }{
		{"iptables", "echo '" + written + "'", ""},
		{"iptables", "echo '" + fresh + "'", "kube-proxy of the sandbox: it has ended: no more; kube-proxy said last: "},
		{"nftables", "exit 1", "kube-proxy of the sandbox: it has ended: no more; kube-proxy said last: "},
		{"", "exit 1", ""},
	} {
		s := &Sandbox{Dir: t.TempDir(), Run: &process.Runner{Env: []string{"PATH=/usr/bin:/bin"}, Log: unheard{}, Redact: &redact.Redactor{}}}
		if err := os.Mkdir(node.Files(s.Dir), 0o700); err != nil {
			t.Fatal(err)
		}
		for file, content := range map[string]string{
			"kubectl":             "#!/bin/sh\ncase \"$*\" in *:10256/*) " + c.says + ";; esac\n",
			"node/kube-proxy.log": "Error: kube-proxy in nftables mode requires kernel 5.13 or later\n", "realnode.log": "no more",
		} {
			if err := os.WriteFile(s.path(file), []byte(content), 0o700); err != nil { // #nosec G306 -- one is executed
				t.Fatal(err)
			}
		}
		err := s.awaitNode(t.Context(), s.path("kubectl"), c.rules, new(State))
		if said := errorText(err); (c.want == "") != (said == "") || !strings.HasPrefix(said, c.want) {
			t.Errorf("%s, %s: got %v", c.rules, c.says, err)
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

type unheard struct{}

func (unheard) Command(_, _ string) {}
func (unheard) Line(_, _ string)    {}
