package content

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
)

// Source is where the bytes of files come from.
type Source struct {
	Repo *git.Repo
	// Secrets are the names of the repository's secret files, by the hash of what they contain.
	Secrets map[string]string
}

// Exported are the directories that an image is built from.
type Exported struct {
	Context    string // what COPY finds, and nothing else
	Dockerfile string // has the Dockerfile, and an ignore file of its own that ignores nothing
	Ignore     string // the file of the build context that said what is ignored; "" if there is none
	// Hidden: COPY does not find the Dockerfile.
	Hidden bool
}

// The directories of what is exported, for people who see the commands.
const contextDir, dockerfileDir = "context", "dockerfile"

// File is the exported Dockerfile.
func (e Exported) File() string { return filepath.Join(e.Dockerfile, dockerfile) }

// NothingIgnored is the ignore file beside the exported Dockerfile: what is ignored was left out before.
const NothingIgnored = dockerfile + ".dockerignore"

// Export writes what the image is built from below dir: the bytes that Git holds, whatever its attributes and the operator's settings make
// of them in a working tree. What Git LFS keeps elsewhere is taken by its digest; what is secret is refused.
func (c Content) Export(ctx context.Context, from Source, dir string) (Exported, error) {
	to := Exported{Context: filepath.Join(dir, contextDir), Dockerfile: filepath.Join(dir, dockerfileDir)}
	v, err := reader{from.Repo, git.Tree.Object}.look(ctx, c)
	if err != nil {
		return to, err
	}
	if err := c.refuseHidden(v); err != nil {
		return to, err
	}
	if v.dockerfile.Path == "" && c.Repo2docker == "" {
		return to, exit.Input("%s has no Dockerfile that Git holds", c.Context.Path())
	}
	to.Ignore, to.Hidden = v.ignore, v.isIgnored(dockerfile)
	all := c.exported(v)
	if err := c.refuseLinks(all); err != nil {
		return to, err
	}
	if err := from.checkSecrets(all); err != nil {
		return to, err
	}
	if err := from.checkCommitted(ctx, c, all); err != nil {
		return to, err
	}
	if err := from.write(ctx, dir, all); err != nil {
		return to, err
	}
	if v.dockerfile.Path == "" {
		return to, nil
	}
	return to, os.WriteFile(filepath.Join(to.Dockerfile, NothingIgnored), []byte("# What is ignored is not here.\n"), 0o600)
}

// export is what is written: files with their paths below the directory, and the names that they have in the repository.
type export struct {
	files []git.File
	names map[string]string // by path
}

func (e *export) add(file git.File, where, name string) {
	file.Path = where
	e.files = append(e.files, file)
	e.names[where] = name
}

// exported lists what is not ignored, and the Dockerfile.
func (c Content) exported(v *view) *export {
	all := &export{names: map[string]string{}}
	for i, listed := range append([][]seen{v.directory}, v.shared...) {
		dir := c.Context.Path()
		if i > 0 {
			dir = c.Shared[i-1].Path()
		}
		for _, file := range listed {
			if !file.ignored {
				all.add(file.File, contextDir+"/"+file.Path, dir+"/"+file.inner)
			}
		}
	}
	if v.dockerfile.Path != "" {
		all.add(v.dockerfile, dockerfileDir+"/"+dockerfile, c.nameOf(v.dockerfile.Path))
	}
	return all
}

// refuseLinks refuses links in what repo2docker builds: it reads files on this machine, not in the engine, and would follow one to any of them.
func (c Content) refuseLinks(all *export) error {
	for _, file := range all.files {
		if c.Repo2docker != "" && file.Mode == git.Link {
			return exit.Input("%s: a link, which repo2docker would follow on this machine", all.names[file.Path]).Try("put a copy in its place, or write a Dockerfile")
		}
	}
	return nil
}

// nameOf returns a file's name in the repository, from its path in the build context.
func (c Content) nameOf(name string) string {
	for _, shared := range c.Shared {
		if inner, found := strings.CutPrefix(name, shared.Name()+"/"); found {
			return shared.Path() + "/" + inner
		}
	}
	return c.Context.Path() + "/" + name
}

// refuseHidden refuses shared directories that the context, or another one, has a file under the name of.
func (c Content) refuseHidden(v *view) error {
	known := map[string]bool{}
	for _, file := range v.directory {
		first, _, _ := strings.Cut(file.Path, "/")
		known[first] = true
	}
	for _, shared := range c.Shared {
		if known[shared.Name()] {
			return exit.Input("the context has a %s of its own, and %s (image.shared) would be copied over it", shared.Name(), shared.Name()).Try("rename one")
		}
		known[shared.Name()] = true
	}
	return nil
}

// Dockerfile returns what a builder follows, as Git holds it.
func (c Content) Dockerfile(ctx context.Context, repo *git.Repo) (string, error) {
	v, err := reader{repo, git.Tree.Object}.look(ctx, c)
	if err != nil {
		return "", err
	}
	if v.dockerfile.Path == "" {
		return "", exit.Input("%s has no Dockerfile that Git holds", c.Context.Path())
	}
	return repo.Content(ctx, v.dockerfile.Hash)
}

// DockerfileIfThere returns the Dockerfile; "" if there is none.
func (c Content) DockerfileIfThere(ctx context.Context, repo *git.Repo) (string, error) {
	v, err := reader{repo, git.Tree.Object}.look(ctx, c)
	if err != nil || v.dockerfile.Path == "" {
		return "", err
	}
	return repo.Content(ctx, v.dockerfile.Hash)
}

// Recipe returns the file that the image is built from by repo2docker; "" if there is a Dockerfile, or none.
func (c Content) Recipe(ctx context.Context, repo *git.Repo) (string, error) {
	v, err := reader{repo, git.Tree.Object}.look(ctx, c)
	if err != nil || v.dockerfile.Path != "" {
		return "", err
	}
	for _, name := range Recipes {
		if _, there := v.all[name]; there {
			return name, nil
		}
	}
	return "", nil
}

// write writes files to a new directory.
func (s Source) write(ctx context.Context, dir string, what *export) error {
	for _, file := range what.files {
		if file.Mode == git.Submodule {
			return exit.Input("%s is a submodule: the image of a hub is built from files of this repository", what.names[file.Path]).Try("copy them here, or name it in .dockerignore")
		}
	}
	w, err := newWriter(dir)
	if err != nil {
		return err
	}
	err = w.parents(contextDir + "/any") // also for a context of which all is ignored
	if err == nil {
		err = s.Repo.Blobs(ctx, what.files, s.taker(ctx, w, what.names))
	}
	return errors.Join(err, w.close())
}

// collision words the error of a file that is there already.
func collision(name string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrExist):
		return exit.Input("%s has the name of another file on this disk, which does not tell capital from small letters, or some accents", name).Try("rename one, or build on another disk")
	case exit.Code(err) == exit.BadInput:
		return err // which names the file
	}
	return fmt.Errorf("writing %q: %w", name, err)
}
