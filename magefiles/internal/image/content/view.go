package content

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"path"
	"path/filepath"
	"strings"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/image/check"
)

// IgnoreFiles list the files of a build context that no builder is given: docs.docker.com/build/concepts/context. The first of
// them that is there counts, for every builder: BuildKit prefers the first to the third, Podman the second to the fourth, and the
// classic builder knows the third alone.
var IgnoreFiles = []string{"Dockerfile.dockerignore", "Dockerfile.containerignore", ".dockerignore", ".containerignore"}

// NotCounted are the files of a build context that make its hash another than Git's: those that ignore others, and the one that is no part of
// the image.
var NotCounted = append([]string{check.File}, IgnoreFiles...)

// legacyIgnore is the ignore file that counted before the others did. Tags that depend on it stay what they were.
const legacyIgnore = ".dockerignore"

// dockerfile is the name of the file that a builder follows. It gets that file whether it is ignored or not.
const dockerfile = "Dockerfile"

// view is what a builder is given of a content: the build context, and the Dockerfile.
type view struct {
	ignore     string // the file that says what is ignored; "" if there is none
	all        map[string]git.File
	directory  []seen   // of the directory with the Dockerfile
	shared     [][]seen // of each shared directory
	check      bool     // there is a check.yaml in the directory with the Dockerfile
	dockerfile git.File // what "Dockerfile" is, also where that is a link; no path: there is none
}

// seen is a file, with what becomes of it.
type seen struct {
	git.File        // with its path in the build context
	ignored  bool   // COPY does not find it
	inner    string // its path in its own directory
}

// reader reads what Git holds at one time: now, or in HEAD.
type reader struct {
	repo *git.Repo
	of   func(git.Tree) string // the object of a directory at that time
}

func (r reader) look(ctx context.Context, c Content) (*view, error) {
	v := &view{all: map[string]git.File{}}
	var err error
	if v.directory, err = r.list(ctx, v, c.Context, ""); err != nil {
		return nil, err
	}
	for _, shared := range c.Shared {
		files, err := r.list(ctx, v, shared, shared.Name()+"/")
		if err != nil {
			return nil, err
		}
		v.shared = append(v.shared, files)
	}
	if v.dockerfile, err = r.follow(ctx, v, dockerfile); err != nil {
		return nil, fmt.Errorf("%s/%w", c.Context.Path(), err)
	}
	for _, name := range IgnoreFiles {
		if _, found := v.all[name]; found {
			v.ignore = name
			break
		}
	}
	if v.ignore == "" {
		return v, nil
	}
	if err := r.markIgnored(ctx, v); err != nil {
		return nil, exit.Input("%s/%w", c.Context.Path(), err)
	}
	return v, nil
}

// list lists a directory as it lies in the build context.
func (r reader) list(ctx context.Context, v *view, tree git.Tree, prefix string) ([]seen, error) {
	object := r.of(tree)
	if object == "" {
		return nil, nil
	}
	files, err := r.repo.Files(ctx, object)
	if err != nil {
		return nil, err
	}
	listed := make([]seen, len(files))
	for i, file := range files {
		listed[i].inner = file.Path
		if prefix == "" && file.Path == check.File { // what an image must be able to do is no part of it
			listed[i].ignored, v.check = true, true
		}
		file.Path = prefix + file.Path
		listed[i].File, v.all[file.Path] = file, file
	}
	return listed, nil
}

// follow returns the file that a path leads to within the build context, through links; the zero File if there is none of that name.
func (r reader) follow(ctx context.Context, v *view, name string) (git.File, error) {
	const mostLinks = 16
	at := name
	for range mostLinks {
		file, found := v.all[at]
		switch {
		case !found && at == name:
			return git.File{}, nil
		case !found:
			return git.File{}, exit.Input("%s: a link to %s, which the build context does not hold", name, at)
		case file.Mode != git.Link:
			return file, nil
		}
		leadsTo, err := r.repo.Content(ctx, file.Hash)
		if err != nil {
			return git.File{}, err
		}
		at = path.Join(path.Dir(at), leadsTo)
	}
	return git.File{}, exit.Input("%s: a link that leads nowhere", name)
}

func (r reader) markIgnored(ctx context.Context, v *view) error {
	file, err := r.follow(ctx, v, v.ignore)
	if err != nil {
		return err
	}
	content, err := r.repo.Content(ctx, file.Hash)
	if err != nil {
		return err
	}
	ignored, err := matcher(content)
	if err != nil {
		return fmt.Errorf("%s: %w", v.ignore, err)
	}
	for _, files := range append([][]seen{v.directory}, v.shared...) {
		for i := range files {
			names, err := ignored(files[i].Path)
			if err != nil {
				return fmt.Errorf("%s: %w", v.ignore, err)
			}
			files[i].ignored = files[i].ignored || names
		}
	}
	return nil
}

// matcher reads an ignore file, and returns what says whether a file is ignored.
func matcher(patterns string) (func(name string) (bool, error), error) {
	lines, err := ignorefile.ReadAll(strings.NewReader(patterns))
	if err != nil {
		return nil, err
	}
	patternMatcher, err := patternmatcher.New(lines)
	if err != nil {
		return nil, err
	}
	return func(name string) (bool, error) {
		return patternMatcher.MatchesOrParentMatches(filepath.FromSlash(name))
	}, nil
}

// isIgnored reports whether the file of that path is ignored.
func (v *view) isIgnored(name string) bool {
	for _, files := range append([][]seen{v.directory}, v.shared...) {
		for _, file := range files {
			if file.Path == name {
				return file.ignored
			}
		}
	}
	return false
}

// counted reports whether the hash of the context counts the ignore file itself, and with it all that follows from it.
func (v *view) counted() bool { return v.ignore == legacyIgnore && !v.isIgnored(legacyIgnore) }

// unchecked returns the hash that Git would give the directory with the Dockerfile without its check.yaml: an image that gets one keeps its tag.
func (v *view) unchecked() string {
	var files []git.File
	for _, file := range v.directory {
		if !file.ignored {
			files = append(files, file.File)
		}
	}
	return git.TreeHash(files)
}

// hash returns the hash of the directory with the Dockerfile: of its files that are not ignored, and of the Dockerfile. Where it does
// not count the ignore file, it counts whether COPY finds the Dockerfile.
func (v *view) hash() string {
	sum := sha256.New()
	for _, file := range v.directory {
		if !file.ignored || file.Path == dockerfile {
			addTo(sum, file)
		}
	}
	hidden := v.isIgnored(dockerfile)
	switch {
	case v.ignore != legacyIgnore:
		_, _ = fmt.Fprintf(sum, "%s, Dockerfile ignored: %t\x00", v.ignore, hidden)
	case !v.counted() && !hidden:
		_, _ = fmt.Fprint(sum, "Dockerfile seen\x00")
	}
	if v.dockerfile.Path != dockerfile && v.isIgnored(v.dockerfile.Path) { // what the link leads to
		_, _ = fmt.Fprintf(sum, "Dockerfile is %s\x00", v.dockerfile.Hash)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// hashOf returns the hash of a shared directory: Git's own unless some of it is ignored, and only this hash can say so.
func (v *view) hashOf(shared int, whole string) string {
	sum, some := sha256.New(), false
	for _, file := range v.shared[shared] {
		if some = some || file.ignored; !file.ignored {
			file.Path = file.inner
			addTo(sum, file)
		}
	}
	if !some || v.counted() {
		return whole
	}
	return hex.EncodeToString(sum.Sum(nil))
}

func addTo(sum hash.Hash, file seen) {
	_, _ = fmt.Fprintf(sum, "%s %s %s\x00", file.Mode, file.Hash, file.Path)
}
