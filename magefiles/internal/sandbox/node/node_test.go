package node

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

func write(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	settings := Settings{
		Dir: dir, Cgroup: "hub-ops-0000abcd", Tools: map[string]string{"containerd-shim-runc-v2": "/tools/shim/containerd-shim-runc-v2", "bridge": "/plugins/bridge", "runc": "/usr/bin/runc"},
		Registry: "127.0.0.1:5000", API: "127.0.0.1:6000", Rules: "iptables", Pause: "127.0.0.1:5000/sandbox/pause:1",
	}
	if err := Write(settings, filepath.Join(dir, "kubeconfig")); err != nil {
		t.Fatal(err)
	}
	return dir
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestEveryWordOfTheConfigurationsIsReplaced(t *testing.T) {
	files := Files(write(t))
	for _, name := range []string{"kubelet.yaml", "kube-proxy.yaml", "cni/pods.conflist"} {
		if err := yaml.Unmarshal([]byte(read(t, filepath.Join(files, name))), new(any)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{"containerd.toml", "kubelet.yaml", "kube-proxy.yaml", "cni/pods.conflist", "resolv.conf"} {
		content := read(t, filepath.Join(files, name))
		if left := regexp.MustCompile(`\b(FILES|PLUGINS|RUNC|REGISTRY|PAUSE|CGROUP|ADDRESS|NETWORK|RULES|NODE)\b`).FindString(content); left != "" {
			t.Errorf("%s: %s is left", name, left)
		}
	}
}

func TestAPIServerIsTrustedWhereItIsReached(t *testing.T) {
	files := Files(write(t))
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM([]byte(read(t, filepath.Join(files, "ca.crt")))) {
		t.Fatal("no certificate")
	}
	loaded, err := tls.LoadX509KeyPair(filepath.Join(files, "api-server.crt"), filepath.Join(files, "api-server.key"))
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"127.0.0.1", address, first, "kubernetes.default.svc"} {
		if _, err := loaded.Leaf.Verify(x509.VerifyOptions{DNSName: host, Roots: pool}); err != nil {
			t.Errorf("%s: %v", host, err)
		}
	}
	node, err := tls.LoadX509KeyPair(filepath.Join(files, "kubelet.crt"), filepath.Join(files, "kubelet.key"))
	if err != nil {
		t.Fatal(err)
	}
	if subject := node.Leaf.Subject; subject.CommonName != "system:node:"+Name || subject.Organization[0] != "system:nodes" {
		t.Errorf("the node is %s", subject)
	}
}

func TestOnlyTheOwnerReadsWhatIsWritten(t *testing.T) {
	dir := write(t)
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err == nil && path != dir && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// A sandbox is known by where it lies, and not by its path, which another can have in a container; and it is the same one when it has been removed.
func TestEachSandboxHasACgroupOfItsOwn(t *testing.T) {
	above := t.TempDir()
	cgroup := func(dir string) string {
		t.Helper()
		name, err := Cgroup(dir)
		if err != nil || !strings.HasPrefix(name, "hub-ops-") {
			t.Fatalf("got %q, %v", name, err)
		}
		return name
	}
	seen := cgroup(above + "/a")
	if other := cgroup(above + "/b"); other == seen {
		t.Errorf("two sandboxes have %s", other)
	}
	if again := cgroup(filepath.Join(above, "a")); again != seen {
		t.Errorf("got %s, then %s", seen, again)
	}
	if err := os.Rename(above, above+"-before"); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(above, 0o750); err != nil {
		t.Fatal(err)
	}
	if other := cgroup(above + "/a"); other == seen {
		t.Errorf("where the same path is another directory: %s too", other)
	}
}

func TestCgroupOfANodeThatIsThereIsReadFromIt(t *testing.T) {
	if got := WrittenCgroup(write(t)); got != "hub-ops-0000abcd" {
		t.Errorf("got %q", got)
	}
	if got := WrittenCgroup(t.TempDir()); got != "" {
		t.Errorf("of none: got %q", got)
	}
}

func TestEveryProgramIsFoundByThePathOfItsSandbox(t *testing.T) {
	dir := write(t)
	var got plan
	if err := json.Unmarshal([]byte(read(t, Plan(dir))), &got); err != nil {
		t.Fatal(err)
	}
	for _, program := range got.Programs {
		if !strings.Contains(strings.Join(program.Args, " "), dir+"/") {
			t.Errorf("%s has no path by which it is found", program.Name)
		}
	}
}

// With a mirror, containerd tells what the mirror lacks in place of why the registry itself does not answer: so the node asks one only where there is
// something to be found.
func TestOnlyARegistryOfALoadedImageHasAMirror(t *testing.T) {
	dir := write(t)
	if err := Mirror(dir, "127.0.0.1:5000", "docker.io"); err != nil {
		t.Fatal(err)
	}
	found, err := filepath.Glob(filepath.Join(Files(dir), "registries", "*", "*"))
	if err != nil || len(found) != 2 {
		t.Fatal(found, err)
	}
	own, mirror := read(t, filepath.Join(Files(dir), "registries", "127.0.0.1:5000", "hosts.toml")), read(t, filepath.Join(Files(dir), "registries", "docker.io", "hosts.toml"))
	if !strings.HasPrefix(own, "server = \"http://127.0.0.1:5000\"\n") || !strings.HasPrefix(mirror, "[host.\"http://127.0.0.1:5000\"]\n") {
		t.Errorf("%s%s", own, mirror)
	}
}
