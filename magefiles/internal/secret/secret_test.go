package secret

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/exit"
)

func write(t *testing.T, content string) (root string) {
	t.Helper()
	root = t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "a.yaml"), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return root
}

func TestEveryValueIsSecret(t *testing.T) {
	root := write(t, "hub:\n  token: &t abc123\n  list: [x, {deep: y}]\n  again: *t\n")
	got, err := Values(root, "a.yaml")
	if err != nil || !slices.Equal(got, []string{"abc123", "x", "y"}) {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestEncryptedFilesAreRefused(t *testing.T) {
	for content, want := range map[string]string{
		"\x00GITCRYPT\x00\x01\x02":  "a.yaml: locked by git-crypt",
		"a: ENC[x]\nsops: {mac: x}": "a.yaml:2: encrypted by SOPS",
		"- a\n":                     "a.yaml:1: expected Helm values",
	} {
		_, err := Values(write(t, content), "a.yaml")
		if err == nil || !strings.Contains(err.Error(), want) || exit.Code(err) != exit.BadInput {
			t.Errorf("%q: got %v, want %q", content, err, want)
		}
	}
}

func TestLinkOutOfTheRepositoryIsRefused(t *testing.T) {
	outside, root := write(t, "a: b\n"), t.TempDir()
	if err := os.Symlink(filepath.Join(outside, "a.yaml"), filepath.Join(root, "a.yaml")); err != nil {
		t.Fatal(err)
	}
	if _, err := Values(root, "a.yaml"); err == nil || exit.Code(err) != exit.BadInput {
		t.Errorf("got %v", err)
	}
}
