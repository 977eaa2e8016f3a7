package content

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/dev/programs"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/secret"
)

// secretless opens nothing.
var secretless = secret.Vault{}

// exported exports the only directory of a repository, and returns the tag, and a file of the build context.
func exported(w *world, unlock secret.Vault, name string) (tag, content string, err error) {
	w.Helper()
	repo := w.open()
	c := Content{Context: w.trees(repo, "images")["a"]}
	from := Source{Repo: repo, Unlock: func(ctx context.Context, name string, locked []byte) ([]byte, error) {
		keys, err := repo.CryptKeys(ctx)
		if err != nil {
			return nil, err
		}
		return unlock.Unlock(name, locked, keys)
	}}
	to, err := c.Export(context.Background(), from, filepath.Join(w.TempDir(), "x"))
	if err != nil {
		return c.Tag(), "", err
	}
	bytes, err := os.ReadFile(filepath.Join(to.Context, name))
	return c.Tag(), string(bytes), err
}

// A clone that git-crypt has unlocked makes an image of the plain text, with the tag of what Git holds; a locked one makes none.
func TestGitCryptFilesAreOpenedOrRefused(t *testing.T) {
	programs.Need(t.Context(), t, "git-crypt")
	w := newWorld(t).git("crypt", "init")
	w.write("images/a", directory{"Dockerfile": {git.Regular, "FROM scratch\n"}, "licence.key": {git.Regular, "canary"}, ".gitattributes": {git.Regular, "*.key filter=git-crypt diff=git-crypt\n"}})
	w.commit()
	key := filepath.Join(t.TempDir(), "key")
	w.git("crypt", "export-key", key)
	here, content, err := exported(w, secretless, "licence.key")
	if content != "canary" || err != nil || strings.Contains(here, "dirty") {
		t.Errorf("unlocked: got %s, %q, %v", here, content, err)
	}
	clone := at(t, filepath.Join(t.TempDir(), "clone"))
	w.git("clone", "-q", w.dir, clone.dir)
	there, _, err := exported(clone, secretless, "licence.key")
	if there != here || exit.Code(err) != exit.BadInput || !strings.Contains(err.Error(), "images/a/licence.key: locked by git-crypt; unlock the repository with 'git-crypt unlock'") {
		t.Errorf("locked: got %s, %v", there, err)
	}
	if _, content, err = exported(clone, secret.Vault{KeyFile: key}, "licence.key"); content != "canary" || err != nil {
		t.Errorf("with a key: got %q, %v", content, err)
	}
	clone.git("crypt", "unlock", key)
	if there, content, err = exported(clone, secretless, "licence.key"); there != here || content != "canary" || err != nil {
		t.Errorf("unlocked: got %s, %q, %v", there, content, err)
	}
	clone.write("images/a", directory{"Dockerfile": {git.Regular, "FROM scratch\n"}, "licence.key": {git.Regular, "another"}, ".gitattributes": {git.Regular, "*.key filter=git-crypt diff=git-crypt\n"}})
	if there, content, err = exported(clone, secretless, "licence.key"); !IsDirtyTag(there) || content != "another" || err != nil {
		t.Errorf("uncommitted: got %s, %q, %v", there, content, err)
	}
}

// The content of a file in Git LFS is found by its digest: in the clone, or where git-lfs gets it.
func TestFilesInLFSAreFetched(t *testing.T) {
	programs.Need(t.Context(), t, "git-lfs")
	remote := at(t, t.TempDir()).git("init", "-q", "--bare", "-b", "main")
	w := newWorld(t, "HOME="+t.TempDir()).git("lfs", "install", "--local").git("remote", "add", "origin", "file://"+remote.dir)
	w.write("images/a", directory{"Dockerfile": {git.Regular, "FROM scratch\n"}, "model.bin": {git.Executable, "\x00a model\n"}, ".gitattributes": {git.Regular, "*.bin filter=lfs diff=lfs merge=lfs -text\n"}})
	w.commit().git("push", "-q", "origin", "main")
	here, content, err := exported(w, secretless, "model.bin")
	if content != "\x00a model\n" || err != nil {
		t.Errorf("in the clone: got %q, %v", content, err)
	}
	clone := at(t, filepath.Join(t.TempDir(), "clone"), "GIT_LFS_SKIP_SMUDGE=1", "HOME="+t.TempDir())
	w.git("clone", "-q", "--no-checkout", "file://"+remote.dir, clone.dir)
	clone.git("config", "lfs.fetchexclude", "*").git("checkout", "-q")
	there, content, err := exported(clone, secretless, "model.bin")
	if there != here || content != "\x00a model\n" || err != nil {
		t.Errorf("from the remote: got %s, %q, %v; want %s", there, content, err, here)
	}
	if err := errors.Join(os.RemoveAll(filepath.Join(remote.dir, "lfs")), os.RemoveAll(filepath.Join(clone.dir, ".git/lfs"))); err != nil {
		t.Fatal(err)
	}
	_, _, err = exported(clone, secretless, "model.bin")
	if exit.Code(err) != exit.BadInput || !strings.Contains(err.Error(), "images/a/model.bin is in Git LFS, and its content (sha256:") || !strings.Contains(err.Error(), "nor does git-lfs get it") {
		t.Errorf("nowhere: %v", err)
	}
}
