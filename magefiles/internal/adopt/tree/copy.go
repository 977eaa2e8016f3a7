package tree

import (
	"bytes"
	"context"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/adopt/manifest"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
)

// What the copy has beside the magefiles. Its module is its own, so that neither the modules of the repository nor what that vendors are
// touched; so is its workspace. A .gitignore above it may leave out build/ and the like, which hub-ops has.
const (
	moduleLine     = "module hub-ops\n"
	copyModuleLine = "module hub-ops/magefiles\n"
	copyWorkspace  = "go 1.26.0\n\nuse .\n"
	copyIgnore     = "!*\nmage_output_file.go\n"
)

// Source is what a copy has of this project.
type Source struct {
	Commit string
	Files  map[string][]byte // by their paths in the copy
}

// IsHubOps reports whether a directory is a clone of this project.
func IsHubOps(dir string) bool {
	content, err := os.ReadFile(filepath.Join(dir, "go.mod")) // #nosec G304 -- a file of the operator's repository
	return err == nil && bytes.HasPrefix(content, []byte(moduleLine))
}

// CheckSource refuses a directory that a copy cannot be made from.
func CheckSource(dir string) error {
	if IsHubOps(dir) {
		return nil
	}
	return exit.Input("this is no clone of hub-ops, from which it could be copied").Try("run it in one")
}

// Own returns what a copy has of the commit that is checked out in dir, a clone of this project.
func Own(ctx context.Context, dir string, repo *git.Repo) (Source, error) {
	if err := CheckSource(dir); err != nil {
		return Source{}, err
	}
	changed, err := repo.Changed(ctx, "magefiles", "go.mod", "go.sum")
	if err != nil {
		return Source{}, err
	}
	if len(changed) > 0 {
		return Source{}, exit.Input("%s of hub-ops is not committed: a copy is of a commit", changed[0]).Try("commit it")
	}
	head, err := repo.Head(ctx)
	if err != nil {
		return Source{}, err
	}
	held, err := repo.Snapshot(ctx)
	if err != nil {
		return Source{}, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Source{}, err
	}
	ours := &Tree{Dir: dir, root: root}
	defer ours.Close()
	files, err := ours.copied(held.Below("magefiles"))
	return Source{Commit: head.Hash, Files: files}, err
}

// copied reads what a copy has: of the magefiles what runs, and the files that make a module of them.
func (t *Tree) copied(magefiles []string) (files map[string][]byte, err error) {
	files = map[string][]byte{"go.work": []byte(copyWorkspace), ".gitignore": []byte(copyIgnore)}
	for _, name := range append([]string{"go.mod", "go.sum"}, magefiles...) {
		own := strings.TrimPrefix(name, "magefiles/")
		if onlyForTests(own) {
			continue
		}
		if files[own], err = t.whole(name); err != nil {
			return nil, err
		}
	}
	files["go.mod"] = bytes.Replace(files["go.mod"], []byte(moduleLine), []byte(copyModuleLine), 1)
	return files, nil
}

// onlyForTests reports whether nothing that runs needs a file.
func onlyForTests(name string) bool {
	return strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, "internal/e2e/") || strings.Contains("/"+name, "/testdata/")
}

// CheckCopy says why a copy cannot be written to a directory of the repository, which is to be new.
func (t *Tree) CheckCopy(ctx context.Context, dir string) error {
	if there, err := t.at(dir); there || err != nil {
		if t.Has(dir) {
			err = exit.Input("%s is there: a copy needs a directory of its own", dir).Try("give that another name")
		}
		return err
	}
	// What lies in the directory is no question: the copy's own .gitignore takes in what those above it leave out.
	return t.notIgnored(ctx, dir+"/")
}

// AddCopy writes a copy to a directory that CheckCopy has found good. The manifest comes last: without it no copy is there.
func (t *Tree) AddCopy(dir string, own Source) error {
	for _, name := range slices.Sorted(maps.Keys(own.Files)) {
		if err := t.Create(path.Join(dir, name), string(own.Files[name])); err != nil {
			return err
		}
	}
	return t.Create(path.Join(dir, manifest.File), manifest.Of(own.Commit, own.Files).Text())
}
