package content

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/process"
)

// file is one of a generated directory.
type file struct {
	mode    string
	content string
}

// directory is a generated one, by path.
type directory map[string]file

// world is a repository with its settings.
type world struct {
	testing.TB
	dir    string
	runner *process.Runner
}

type discard struct{}

func (discard) Command(_, _ string) {}
func (discard) Line(_, _ string)    {}

func newWorld(t testing.TB, environment ...string) *world {
	t.Helper()
	return at(t, t.TempDir(), environment...).git("init", "-q", "-b", "main", "--template=")
}

// at returns the repository in a directory.
func at(t testing.TB, dir string, environment ...string) *world {
	w := &world{TB: t, dir: dir, runner: &process.Runner{Log: discard{}}}
	w.runner.Env = append(os.Environ(), append([]string{
		"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@b", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@b",
	}, environment...)...)
	return w
}

func (w *world) git(args ...string) *world {
	w.Helper()
	if _, err := w.output(args...); err != nil {
		w.Fatalf("%v\n%s", err, process.Output(err))
	}
	return w
}

func (w *world) output(args ...string) (string, error) {
	out, err := w.runner.Output(context.Background(), process.Cmd{Name: "git", Args: args, Dir: w.dir})
	return strings.TrimSpace(string(out)), err
}

// write lays a directory down, as it is and in the place of another one.
func (w *world) write(name string, files directory) {
	w.Helper()
	top := filepath.Join(w.dir, name)
	err := os.RemoveAll(top)
	for name, file := range files {
		at := filepath.Join(top, name)
		err = errors.Join(err, os.MkdirAll(filepath.Dir(at), 0o750))
		switch file.mode {
		case git.Link:
			err = errors.Join(err, os.Symlink(file.content, at))
		case git.Executable:
			err = errors.Join(err, os.WriteFile(at, []byte(file.content), 0o600), os.Chmod(at, 0o700))
		default:
			err = errors.Join(err, os.WriteFile(at, []byte(file.content), 0o600))
		}
	}
	if err != nil {
		w.Fatal(err)
	}
}

// attributes sets the clone's own attributes, which go before those of its directories.
func (w *world) attributes(text string) {
	w.Helper()
	dir := filepath.Join(w.dir, ".git", "info")
	if err := errors.Join(os.MkdirAll(dir, 0o700), os.WriteFile(filepath.Join(dir, "attributes"), []byte(text), 0o600)); err != nil {
		w.Fatal(err)
	}
}

func (w *world) commit() *world {
	return w.git("add", "-A", "-f").git("commit", "-q", "--allow-empty", "-m", "x")
}

func (w *world) open() *git.Repo {
	w.Helper()
	repo, err := git.Open(context.Background(), w.runner, w.dir, w.TempDir())
	if err != nil {
		w.Fatal(err)
	}
	return repo
}

// trees returns the directories below one, by name.
func (w *world) trees(repo *git.Repo, parent string) map[string]git.Tree {
	w.Helper()
	trees, err := repo.Trees(context.Background(), parent)
	if err != nil {
		w.Fatal(err)
	}
	return trees
}

// archive writes what a builder is given as one tar archive: the layer that "COPY . /" makes, and the Dockerfile.
func archive(from Exported) (digest string, err error) {
	sum := sha256.New()
	if err := writeArchive(sum, from.Context); err != nil {
		return "", err
	}
	follows, err := os.ReadFile(from.File())
	if err != nil {
		return "", err
	}
	_, _ = sum.Write(follows)
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func writeArchive(w io.Writer, dir string) error {
	layer := tar.NewWriter(w)
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		leadsTo := ""
		if info.Mode()&fs.ModeSymlink != 0 {
			if leadsTo, err = os.Readlink(name); err != nil {
				return err
			}
		}
		header, err := tar.FileInfoHeader(info, leadsTo)
		if err != nil {
			return err
		}
		if header.Name, err = filepath.Rel(dir, name); err != nil {
			return err
		}
		header.Uid, header.Gid, header.Uname, header.Gname = 0, 0, "", "" // as builders do
		header.AccessTime, header.ChangeTime = time.Time{}, time.Time{}
		if err := layer.WriteHeader(header); err != nil || !info.Mode().IsRegular() {
			return err
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		_, err = layer.Write(content)
		return err
	})
	return errors.Join(err, layer.Close())
}
