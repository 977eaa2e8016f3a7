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
)

// exported exports the only directory of a repository, and returns the tag, and a file of the build context.
func exported(w *world, name string) (tag, content string, err error) {
	w.Helper()
	repo := w.open()
	c := Content{Context: w.trees(repo, "images")["a"]}
	to, err := c.Export(context.Background(), Source{Repo: repo}, filepath.Join(w.TempDir(), "x"))
	if err != nil {
		return c.Tag(), "", err
	}
	bytes, err := os.ReadFile(filepath.Join(to.Context, name))
	return c.Tag(), string(bytes), err
}

// What git-crypt has encrypted is part of no image, whoever has the key, and whatever the attributes say by now: anybody can copy a
// locked file. The attribute of the attack is that of the pull request.
func TestGitCryptFilesAreRefused(t *testing.T) {
	programs.Need(t.Context(), t, "git-crypt")
	w := newWorld(t).git("crypt", "init")
	const locks = "*.key filter=git-crypt diff=git-crypt\n"
	w.write("kept", directory{"b.key": {git.Regular, "canary"}, ".gitattributes": {git.Regular, locks}})
	w.commit()
	key := filepath.Join(t.TempDir(), "key")
	w.git("crypt", "export-key", key)
	stranger := at(t, filepath.Join(t.TempDir(), "stranger")) // who has no key
	w.git("clone", "-q", w.dir, stranger.dir)
	locked, err := os.ReadFile(filepath.Join(stranger.dir, "kept/b.key"))
	if err != nil || !strings.HasPrefix(string(locked), "\x00GITCRYPT\x00") {
		t.Fatalf("%q, %v", locked, err)
	}
	const refusal = "images/a/copy.key: locked by git-crypt, and whoever has the image could read what is in it; remove it, or name it in .dockerignore"
	image := directory{"Dockerfile": {git.Regular, "FROM scratch\n"}, "copy.key": {git.Regular, string(locked)}}
	stranger.write("images/a", image)
	stranger.commit()
	for name, attributes := range map[string]string{"no attribute": "", "an attribute of the pull request": locks, "another filter": "*.key filter=none\n"} {
		image[".gitattributes"] = file{git.Regular, attributes}
		stranger.write("images/a", image)
		stranger.commit()
		here := at(t, filepath.Join(t.TempDir(), "here"))
		w.git("clone", "-q", w.dir, here.dir)
		here.git("crypt", "unlock", key).git("pull", "-q", stranger.dir, "main")
		for whose, clone := range map[string]*world{"the stranger's": stranger, "the operator's": here} {
			if _, content, err := exported(clone, "copy.key"); exit.Code(err) != exit.BadInput || !strings.Contains(err.Error(), refusal) {
				t.Errorf("%s, %s clone: got %q, %v", name, whose, content, err)
			}
		}
	}
	here := at(t, filepath.Join(t.TempDir(), "here"))
	image[".gitattributes"] = file{git.Regular, locks}
	stranger.write("images/a", image)
	stranger.commit()
	w.git("clone", "-q", w.dir, here.dir)
	here.git("crypt", "unlock", key).git("pull", "-q", stranger.dir, "main")
	image[".gitattributes"] = file{git.Regular, ""} // in the working tree lies the plain text
	image["copy.key"] = file{git.Regular, "canary"}
	here.write("images/a", image)
	if _, content, err := exported(here, "copy.key"); exit.Code(err) != exit.BadInput || !strings.Contains(err.Error(), refusal) {
		t.Errorf("decrypted in the working tree: got %q, %v", content, err)
	}
	image[".dockerignore"] = file{git.Regular, "*.key\n"}
	here.write("images/a", image)
	if _, _, err := exported(here, "Dockerfile"); err != nil {
		t.Errorf("ignored: %v", err)
	}
}

// A copy of a secret file is refused, however it is encrypted, or not.
func TestCopiesOfSecretsAreRefused(t *testing.T) {
	w := newWorld(t)
	w.write("images/a", directory{"Dockerfile": {git.Regular, "FROM scratch\n"}, "inner/x": {git.Regular, "token: ENC[x]\nsops: {}\n"}})
	w.commit()
	repo := w.open()
	c := Content{Context: w.trees(repo, "images")["a"]}
	files, err := repo.Files(t.Context(), c.Context.Object())
	if err != nil {
		t.Fatal(err)
	}
	secrets := map[string]string{}
	for _, file := range files {
		if file.Path == "inner/x" {
			secrets[file.Hash] = "secrets/b.yaml"
		}
	}
	_, err = c.Export(t.Context(), Source{Repo: repo, Secrets: secrets}, filepath.Join(t.TempDir(), "x"))
	if exit.Code(err) != exit.BadInput || !strings.Contains(err.Error(), "images/a/inner/x: contains the same as secrets/b.yaml, and whoever has the image could read it") {
		t.Errorf("got %v", err)
	}
}

// The content of a file in Git LFS is found by its digest: in the clone, or where git-lfs gets it.
func TestFilesInLFSAreFetched(t *testing.T) {
	programs.Need(t.Context(), t, "git-lfs")
	remote := at(t, t.TempDir()).git("init", "-q", "--bare", "-b", "main")
	w := newWorld(t, "HOME="+t.TempDir()).git("lfs", "install", "--local").git("remote", "add", "origin", "file://"+remote.dir)
	w.write("images/a", directory{"Dockerfile": {git.Regular, "FROM scratch\n"}, "model.bin": {git.Executable, "\x00a model\n"}, ".gitattributes": {git.Regular, "*.bin filter=lfs diff=lfs merge=lfs -text\n"}})
	w.commit().git("push", "-q", "origin", "main")
	here, content, err := exported(w, "model.bin")
	if content != "\x00a model\n" || err != nil {
		t.Errorf("in the clone: got %q, %v", content, err)
	}
	clone := at(t, filepath.Join(t.TempDir(), "clone"), "GIT_LFS_SKIP_SMUDGE=1", "HOME="+t.TempDir())
	w.git("clone", "-q", "--no-checkout", "file://"+remote.dir, clone.dir)
	clone.git("config", "lfs.fetchexclude", "*").git("checkout", "-q")
	there, content, err := exported(clone, "model.bin")
	if there != here || content != "\x00a model\n" || err != nil {
		t.Errorf("from the remote: got %s, %q, %v; want %s", there, content, err, here)
	}
	if err := errors.Join(os.RemoveAll(filepath.Join(remote.dir, "lfs")), os.RemoveAll(filepath.Join(clone.dir, ".git/lfs"))); err != nil {
		t.Fatal(err)
	}
	_, _, err = exported(clone, "model.bin")
	if exit.Code(err) != exit.BadInput || !strings.Contains(err.Error(), "images/a/model.bin is in Git LFS, and its content (sha256:") || !strings.Contains(err.Error(), "nor does git-lfs get it") {
		t.Errorf("nowhere: %v", err)
	}
}
