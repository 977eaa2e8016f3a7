package git

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/exit"
)

// contentsOf reads all files of a directory.
func contentsOf(ctx context.Context, repo *Repo, tree Tree) (map[string]string, error) {
	contents := map[string]string{}
	files, err := repo.Files(ctx, tree.Object())
	if err != nil {
		return nil, err
	}
	return contents, repo.Blobs(ctx, files, func(file File, _ int64, content io.Reader) error {
		bytes, err := io.ReadAll(content)
		contents[file.Path] = string(bytes)
		return err
	})
}

// Whatever turns a file into another one in a working tree, its blob is what Git holds.
func TestBlobsAreWhatGitHolds(t *testing.T) {
	r := newRepository(t)
	r.write(".gitattributes", "*.data filter=shout\n*.id ident\n*.crlf text eol=crlf\n*.not export-ignore\n*.subst export-subst\n")
	want := map[string]string{
		"x.data": "quiet\n", "x.id": "$Id$\n", "x.crlf": "a\nb\n", "x.not": "x", "x.subst": "$Format:%H$\n", "empty": "", "a\n\t\"b\"": "odd\n",
		"large": strings.Repeat("0123456789\n", 100_000),
	}
	for name, content := range want {
		r.write("user-images/a/"+name, content)
	}
	r.git("add", "-A")
	r.git("commit", "-qm", "one")
	r.git("config", "filter.shout.smudge", "tr a-z A-Z")
	r.git("config", "core.autocrlf", "true")
	got, err := contentsOf(t.Context(), r.open(), r.trees()["a"])
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %q, %v", got, err)
	}
	r.git("replace", "-f", r.git("rev-parse", "HEAD:user-images/a/x.data"), r.git("rev-parse", "HEAD:user-images/a/x.not"))
	if got, err := contentsOf(t.Context(), r.open(), r.trees()["a"]); err != nil || got["x.data"] != "quiet\n" {
		t.Errorf("replaced: got %q, %v", got["x.data"], err)
	}
}

func TestUncommittedContentIsRead(t *testing.T) {
	r := newRepository(t)
	r.write("user-images/a/x", "old")
	r.git("add", "-A")
	r.git("commit", "-qm", "one")
	r.write("user-images/a/x", "new")
	r.write("user-images/a/y", "y")
	repo := r.open()
	trees, err := repo.Trees(t.Context(), "user-images")
	if err != nil {
		t.Fatal(err)
	}
	files, err := repo.Files(t.Context(), trees["a"].Object())
	if err != nil || len(files) != 2 {
		t.Fatalf("%+v, %v", files, err)
	}
	if content, err := repo.Content(t.Context(), files[0].Hash); content != "new" || err != nil {
		t.Errorf("got %q, %v", content, err)
	}
}

func TestMissingAndDamagedBlobsAreRefused(t *testing.T) {
	r := newRepository(t)
	r.write("user-images/a/x", "some content")
	r.git("add", "-A")
	r.git("commit", "-qm", "one")
	hash, other := r.git("rev-parse", "HEAD:user-images/a/x"), strings.Repeat("0", 40)
	none := func(File, int64, io.Reader) error { return nil }
	err := r.open().Blobs(t.Context(), []File{{Hash: other, Path: "gone"}}, none)
	if exit.Code(err) != exit.BadInput || !strings.Contains(err.Error(), "gone: this clone does not hold its content") {
		t.Errorf("missing: %v", err)
	}
	// A loose object that holds something else than its name says.
	r.write("other", "another text")
	elsewhere := r.git("hash-object", "-w", "other")
	object := func(hash string) string { return filepath.Join(r.dir, ".git/objects", hash[:2], hash[2:]) }
	content, err := os.ReadFile(object(elsewhere))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Remove(object(hash)), os.WriteFile(object(hash), content, 0o600)); err != nil {
		t.Fatal(err)
	}
	if err := r.open().Blobs(t.Context(), []File{{Hash: hash, Path: "x"}}, none); exit.Code(err) != exit.BadInput || !strings.Contains(err.Error(), "it is damaged") {
		t.Errorf("damaged: %v", err)
	}
}

func TestHoldingNamesDirectories(t *testing.T) {
	r := newRepository(t)
	for _, name := range []string{"a/.dockerignore", "b/Dockerfile", "c/sub/.dockerignore", "d*/.dockerignore"} {
		r.write("user-images/"+name, "x")
	}
	r.git("add", "-A")
	r.git("commit", "-qm", "one")
	holding, err := r.open().Holding(t.Context(), []string{"user-images/a", "user-images/b", "user-images/c", "user-images/d*"}, []string{".dockerignore"})
	if err != nil || fmt.Sprint(holding) != "map[user-images/a:true user-images/d*:true]" {
		t.Errorf("got %v, %v", holding, err)
	}
}

func pointerTo(content string) (text, digest string) {
	sum := sha256.Sum256([]byte(content))
	digest = hex.EncodeToString(sum[:])
	return fmt.Sprintf("version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n", digest, len(content)), digest
}

func TestPointers(t *testing.T) {
	text, digest := pointerTo("model")
	pointer, err := PointerOf([]byte(text))
	if err != nil || pointer == nil || pointer.Digest != digest || pointer.Size != 5 {
		t.Errorf("got %+v, %v", pointer, err)
	}
	for _, other := range []string{"", "x", "#!/bin/sh\n" + text, text + strings.Repeat("x", LargestPointer)} {
		if pointer, err := PointerOf([]byte(other)); pointer != nil || err != nil {
			t.Errorf("%.20q: got %+v, %v", other, pointer, err)
		}
	}
	for _, broken := range []string{
		"version https://git-lfs.github.com/spec/v1\n", strings.Replace(text, "oid", "<<<<<<< HEAD\noid", 1), strings.Replace(text, "oid", "ext-0-foo sha256:"+digest+"\noid", 1),
	} {
		if pointer, err := PointerOf([]byte(broken)); pointer != nil || exit.Code(err) != exit.BadInput {
			t.Errorf("%q: got %+v, %v", broken, pointer, err)
		}
	}
}

// What the clone keeps of Git LFS is taken by its digest, and nothing else is.
func TestKeptContentIsWhatThePointerNames(t *testing.T) {
	r := newRepository(t)
	text, digest := pointerTo("model")
	pointer, err := PointerOf([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	write := func() (string, error) {
		file, err := os.Create(filepath.Join(t.TempDir(), "x"))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = file.Close() }()
		if err := r.open().WriteLFS(t.Context(), "user-images/a/model.bin", pointer, file); err != nil {
			return "", err
		}
		content, err := os.ReadFile(file.Name())
		return string(content), err
	}
	t.Setenv("PATH", pathWithoutLFS(t))
	refused := func(what string) {
		t.Helper()
		if content, err := write(); exit.Code(err) != exit.BadInput || !strings.Contains(err.Error(), "user-images/a/model.bin is in Git LFS, and its content (sha256:"+digest[:12]+", 5 bytes) is not in this clone; install git-lfs and run 'git lfs pull'") {
			t.Errorf("%s: got %q, %v", what, content, err)
		}
	}
	refused("none")
	for _, place := range []string{".git/lfs", ".git/elsewhere"} {
		kept := place + "/objects/" + digest[:2] + "/" + digest[2:4] + "/" + digest
		if r.write(kept, "moddl"); place == ".git/elsewhere" {
			r.git("config", "lfs.storage", "elsewhere")
		}
		refused("another content")
		r.write(kept, "model")
		if content, err := write(); content != "model" || err != nil {
			t.Errorf("%s: got %q, %v", place, content, err)
		}
	}
}

// pathWithoutLFS is a PATH with git alone.
func pathWithoutLFS(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for place := range strings.SplitSeq(os.Getenv("PATH"), string(os.PathListSeparator)) {
		if program := filepath.Join(place, "git"); exists(program) {
			if err := os.Symlink(program, filepath.Join(dir, "git")); err != nil {
				t.Fatal(err)
			}
			return dir
		}
	}
	t.Fatal("no git")
	return ""
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}
