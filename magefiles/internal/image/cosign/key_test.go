package cosign

import (
	"encoding/base64"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/exit"
)

func TestWhereAKeyIs(t *testing.T) {
	dir := t.TempDir()
	content := string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: []byte("of the key")}))
	if err := os.WriteFile(filepath.Join(dir, "cosign.pub"), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	encoded := base64.StdEncoding.EncodeToString([]byte(content))
	file := filepath.Join(dir, "cosign.pub")
	for name, test := range map[string]struct {
		setting, reference, content, der string
	}{
		"none":         {"", "", "", ""},
		"its content":  {content, "env://KEY", content, "of the key"},
		"in base64":    {encoded[:10] + "\n" + encoded[10:], "env://KEY", content, "of the key"},
		"a file":       {"cosign.pub", file, "", "of the key"},
		"absolute":     {file, file, "", "of the key"},
		"in a service": {"gcpkms://projects/p/locations/l", "gcpkms://projects/p/locations/l", "", ""},
	} {
		key, err := NewKey(test.setting, dir, "KEY")
		if err != nil || key.reference != test.reference || key.Content() != test.content || key.der() != test.der || key.There() != (test.setting != "") {
			t.Errorf("%s: %+v, %v", name, key, err)
		}
	}
	key := func(setting string) Key {
		key, err := NewKey(setting, dir, "KEY")
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	if !key("cosign.pub").Same(key(content)) || !key("gcpkms://a").Same(key("gcpkms://a")) || key("gcpkms://a").Same(key("gcpkms://b")) || key("cosign.pub").Same(key("gcpkms://a")) {
		t.Error("whether two settings name one key is not told")
	}
	if _, err := NewKey("none.pub", dir, "KEY"); exit.Code(err) != exit.BadInput || !strings.Contains(err.Error(), "KEY: there is no file none.pub") {
		t.Errorf("got %v", err)
	}
}

// What cosign is told on its command line, everybody on the machine can read.
func TestNoSecretIsOnTheCommandLine(t *testing.T) {
	const content = "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----"
	key, err := NewKey(content, t.TempDir(), "COSIGN_PRIVATE_KEY")
	if err != nil {
		t.Fatal(err)
	}
	c := &Cosign{Path: "/bin/cosign", Login: "DOCKER_CONFIG=/login", Private: "/private", Signing: key, Password: "correct-horse"}
	cmd := c.command("a", "sign", "--key", c.Signing.reference)
	if line := strings.Join(append(cmd.Args, cmd.Show), " "); strings.Contains(line, "BEGIN") || strings.Contains(line, "correct") || !strings.Contains(line, "env://COSIGN_PRIVATE_KEY") {
		t.Errorf("the command is %s", line)
	}
	if env := strings.Join(cmd.Env, " "); !strings.Contains(env, "COSIGN_PASSWORD=correct-horse") || !strings.Contains(env, "COSIGN_PRIVATE_KEY="+content) || !strings.Contains(env, "DOCKER_CONFIG=/login") {
		t.Errorf("the environment is %s", env)
	}
}
