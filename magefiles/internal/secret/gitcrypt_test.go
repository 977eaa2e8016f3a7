package secret

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/dev/programs"
)

// What the real git-crypt writes, of every length that matters to it, is read. Its format is also tested by a file that it wrote.
func TestFilesOfTheRealGitCrypt(t *testing.T) {
	programs.Need(t.Context(), t, "git-crypt")
	root := t.TempDir()
	call := func(name string, args ...string) []byte {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), name, args...)
		cmd.Dir = root
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull)
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s %s: %v", name, strings.Join(args, " "), err)
		}
		return out
	}
	call("git", "init", "--quiet")
	call("git-crypt", "init")
	contents := map[string]string{".gitattributes": "*.secret filter=git-crypt diff=git-crypt\n"}
	for name, size := range map[string]int{"one": 1, "block": 16, "more": 17, "big": 70000} {
		contents[name+".secret"] = strings.Repeat("s", size)
	}
	for name, content := range contents {
		if err := os.WriteFile(filepath.Join(root, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	call("git", "add", "--all")
	key, err := ReadGitCryptKey(call("git-crypt", "export-key", "-"))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range contents {
		blob := call("git", "cat-file", "blob", ":"+name)
		if name == ".gitattributes" {
			continue
		}
		if plain, err := key.Open(blob); err != nil || !bytes.Equal(plain, []byte(content)) || FormOf(blob) != GitCrypt {
			t.Errorf("%s: %.20q, %v", name, plain, err)
		}
		if sealed, err := key.Seal([]byte(content)); err != nil || !bytes.Equal(sealed, blob) {
			t.Errorf("%s: sealed otherwise than git-crypt does: %v", name, err)
		}
	}
}
