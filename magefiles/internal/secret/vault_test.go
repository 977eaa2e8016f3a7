package secret

import (
	"context"
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/exit"
)

// A key of git-crypt 0.7.0, and what it made of plainOfGitCrypt.
const (
	gitCryptKey = "AEdJVENSWVBUS0VZAAAAAgAAAAAAAAABAAAABAAAAAAAAAADAAAAIIXeMyXdgj3+rNgSO2Z7fTrSbRsD80Bxohors6beg45NAAAABQAAAEAzWh4XSrHHJyCmVOQDxcHn" +
		"XIpf2uQ+QYCvSPVjSl1iw55cappRNCBkNxqiaAWoZZGJ98ZaJb6f+fxsNURT89uAAAAAAA=="
	plainOfGitCrypt = "jupyterhub:\n  hub:\n    token: canary-of-git-crypt\n"
)

var lockedByGitCrypt = func() string {
	content, err := base64.StdEncoding.DecodeString("AEdJVENSWVBUAB14OqXauB8EiDe5GYI5mFTMu0sG6kYO/9E7w8QvCyxTEjSjhpOhnLJ6y9XMyRYSQocT9BOsWDCAg01AXvcU")
	if err != nil {
		panic(err)
	}
	return string(content)
}()

func repository(t *testing.T, name, content string) string {
	t.Helper()
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return root
}

func TestLockedFileIsReadAndStaysLocked(t *testing.T) {
	root := repository(t, "a.yaml", lockedByGitCrypt)
	keyFile := filepath.Join(repository(t, "key", gitCryptKey), "key")
	for _, vault := range []Vault{{Root: root, GitCryptKey: gitCryptKey}, {Root: root, KeyFile: keyFile}} {
		if got, err := vault.Read(t.Context(), "a.yaml"); err != nil || string(got) != plainOfGitCrypt {
			t.Errorf("got %q, %v", got, err)
		}
	}
	if content, err := os.ReadFile(filepath.Join(root, "a.yaml")); err != nil || string(content) != lockedByGitCrypt {
		t.Errorf("the file is %q now, %v", content, err)
	}
}

func TestWhatCannotBeRead(t *testing.T) {
	other := strings.Replace(gitCryptKey, "MyXdgj3", "MyXdgj4", 1)
	for name, test := range map[string]struct{ content, key, want string }{
		"no key":         {lockedByGitCrypt, "", "a.yaml: locked by git-crypt; unlock the repository with 'git-crypt unlock', or give the key by GIT_CRYPT_KEY"},
		"another key":    {lockedByGitCrypt, other, "a.yaml: locked by git-crypt, and GIT_CRYPT_KEY does not open it: the git-crypt key is another one"},
		"damaged":        {lockedByGitCrypt + "x", gitCryptKey, "or the file is damaged"},
		"cut off":        {lockedByGitCrypt[:15], gitCryptKey, "not encrypted by git-crypt"},
		"no key at all":  {lockedByGitCrypt, "correct-horse", "GIT_CRYPT_KEY: no key of git-crypt"},
		"half a key":     {lockedByGitCrypt, gitCryptKey[:100], "GIT_CRYPT_KEY: no key of git-crypt"},
		"no SOPS":        {"a: ENC[x]\nsops: {mac: x}\n", "", "a.yaml: encrypted by SOPS, and cannot be decrypted: no key"},
		"a 100 MB value": {"a: " + strings.Repeat("x", 100<<20), "", "a.yaml: larger than 5 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			vault := Vault{Root: repository(t, "a.yaml", test.content), GitCryptKey: test.key}
			vault.SOPS = func(context.Context, []byte) ([]byte, error) { return nil, errors.New("no key") }
			_, err := vault.Read(t.Context(), "a.yaml")
			if err == nil || !strings.Contains(err.Error(), test.want) || exit.Code(err) != exit.BadInput || strings.Contains(err.Error(), "correct-horse") {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestWhatIsNoFileOfTheRepository(t *testing.T) {
	outside, root := repository(t, "a.yaml", "a: b\n"), t.TempDir()
	if err := os.Symlink(filepath.Join(outside, "a.yaml"), filepath.Join(root, "a.yaml")); err != nil {
		t.Fatal(err)
	}
	vault := Vault{Root: root}
	for _, name := range []string{"a.yaml", "../" + filepath.Base(outside) + "/a.yaml", "."} {
		if _, err := vault.Read(t.Context(), name); err == nil || exit.Code(err) != exit.BadInput {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := vault.Read(t.Context(), "none"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

// A link would give a hub the secret values of another one. A key elsewhere may lie behind one, as in a volume of Kubernetes.
func TestLinksToSecrets(t *testing.T) {
	root := repository(t, "x", "a: b\n")
	if err := errors.Join(os.Mkdir(filepath.Join(root, "secrets"), 0o700), os.WriteFile(filepath.Join(root, "secrets/b.yaml"), []byte("a: b\n"), 0o600)); err != nil {
		t.Fatal(err)
	}
	for name, target := range map[string]string{"secrets/a.yaml": "b.yaml", "secrets/dockerhub": "../x", "key": "secrets/b.yaml"} {
		if err := os.Symlink(target, filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	vault := Vault{Root: root}
	for _, name := range []string{"secrets/a.yaml", "secrets/dockerhub"} {
		for way, read := range map[string]func() ([]byte, error){
			"Read": func() ([]byte, error) { return vault.Read(t.Context(), name) },
			"Kept": func() ([]byte, error) { return vault.Kept(name) },
		} {
			if _, err := read(); exit.Code(err) != exit.BadInput || !strings.Contains(err.Error(), name+": a link: each hub has secret values of its own") {
				t.Errorf("%s of %s: got %v", way, name, err)
			}
		}
	}
	if _, err := vault.Read(t.Context(), "key"); err != nil {
		t.Error(err)
	}
}

func FuzzReadGitCryptKey(f *testing.F) {
	f.Add([]byte(gitCryptKey))
	f.Add([]byte("\x00GITCRYPTKEY\x00\x00\x00\x02\x00\x00\x00\x00\xff\xff\xff\xff"))
	f.Fuzz(func(_ *testing.T, content []byte) {
		if key, err := ReadGitCryptKey(content); err == nil {
			_, _ = key.Open([]byte(lockedByGitCrypt))
		}
	})
}
