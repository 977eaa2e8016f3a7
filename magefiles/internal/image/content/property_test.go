package content

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/git"
)

const (
	worlds      = 25 // repositories, each in two clones with settings of their own
	pairsAWorld = 40 // a directory, and the same with one change
)

// TestEqualTagsHaveEqualLayers generates directories, and exports each in two clones: in one as it was made, and in one whose
// attributes, settings, umask and times are other ones. Some are changed without a commit. What a builder is given is compared byte for
// byte, as a tar archive. Equal tags have equal archives: so each change that reaches an image changes the tag.
func TestEqualTagsHaveEqualLayers(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o022))
	random, all := rand.New(rand.NewPCG(14, 2)), &findings{TB: t, by: map[string]finding{}}
	start := time.Now()
	for range worlds {
		all.explore(random)
	}
	t.Logf("%d directories, %d exports, %d tags, %d uncommitted, %d with an ignore file, %d files compared with what was generated, in %s",
		all.directories, all.exports, len(all.by), all.uncommitted, all.ignoring, all.files, time.Since(start).Round(time.Second/10))
	if all.directories < 2_000 || all.exports < 3_000 || all.uncommitted < 200 || all.ignoring < 500 || all.pairs < 500 {
		t.Errorf("too few: %+v", all.counts)
	}
}

// finding is what was exported under a tag.
type finding struct {
	archive string
	about   string
}

type findings struct {
	testing.TB
	mu sync.Mutex
	by map[string]finding
	counts
}

type counts struct{ directories, exports, uncommitted, ignoring, files, pairs int }

// explore makes one repository and its second clone.
func (f *findings) explore(random *rand.Rand) {
	here := newWorld(f)
	here.attributes("* -text !eol -ident !filter !working-tree-encoding\n") // what is committed is what was generated
	made, shared := map[string]directory{}, directory{"start.sh": {git.Executable, "a\r\nb\n"}, "about.md": {git.Regular, one(random, contents)}, "Dockerfile": {git.Regular, "FROM x\n"}}
	for i := range pairsAWorld {
		first := generate(random)
		made[fmt.Sprintf("t%02d", i)], made[fmt.Sprintf("t%02d-changed", i)] = first, first.mutate(random)
	}
	for _, name := range slices.Sorted(maps.Keys(made)) {
		here.write("images/"+name, made[name])
	}
	here.write("shared/scripts", shared)
	here.commit()
	there := f.elsewhere(here, random)
	f.directories += len(made)

	names := slices.Sorted(maps.Keys(made))
	tags := f.exportAll(here, names, made, shared)
	syscall.Umask(one(random, []int{0o077, 0o000, 0o027}))
	f.compare(tags, f.exportAll(there, names[:len(names)/2], nil, nil))
	syscall.Umask(0o022)

	// Uncommitted changes, in both. Git itself refuses to commit what is not in an encoding that it should be in.
	there.attributes(some(random, 2, attributes) + "* !working-tree-encoding\n")
	for _, w := range []*world{here, there} {
		for _, name := range names[:6] {
			w.write("images/"+name, made[name].mutate(random))
		}
		f.exportAll(w, names[:6], nil, nil)
	}
}

// elsewhere clones a repository, with other attributes and settings.
func (f *findings) elsewhere(here *world, random *rand.Rand) *world {
	there := at(f, filepath.Join(f.TempDir(), "there"), "TZ="+one(random, []string{"UTC", "America/Denver", "Asia/Tokyo"}), "GIT_ATTR_SOURCE=HEAD")
	here.git("clone", "-q", "--no-checkout", "--shared", "--template=", here.dir, there.dir)
	there.git("config", "filter.shout.smudge", "tr a-z A-Z")
	for range random.IntN(4) {
		there.git(append([]string{"config"}, one(random, settings)...)...)
	}
	everywhere := filepath.Join(there.dir, ".git", "attributes")
	there.git("config", "core.attributesFile", everywhere)
	there.git("replace", "HEAD:shared/scripts/start.sh", "HEAD:shared/scripts/Dockerfile")
	there.attributes(some(random, 2, attributes))
	for _, file := range []string{everywhere, filepath.Join(there.dir, ".gitattributes")} {
		if err := os.WriteFile(file, []byte(some(random, 2, attributes)), 0o600); err != nil {
			f.Fatal(err)
		}
	}
	// The attributes are committed, and no other file is looked at for that.
	return there.git("read-tree", "HEAD").git("update-index", "--add", ".gitattributes").git("commit", "-q", "--allow-empty", "-m", "y").git("checkout", "-q", "-f", "HEAD", "--", ".")
}

// exportAll exports directories of a repository, some with what is shared and with arguments, and returns the tags of those that
// are committed. made is what was generated; nil: nothing to compare with.
func (f *findings) exportAll(w *world, names []string, made map[string]directory, shared directory) map[string]string {
	repo := w.open()
	trees, beside := w.trees(repo, "images"), w.trees(repo, "shared")
	tags := map[string]string{}
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	scratch := f.TempDir()
	for _, name := range names {
		group.Go(func() error {
			content := contentOf(trees[name], beside["scripts"], name)
			sifted, err := content.Sifted(context.Background(), repo)
			if err != nil {
				return fmt.Errorf("%s: %w\n%s", name, err, made[name])
			}
			to, err := sifted.Export(context.Background(), Source{Repo: repo}, filepath.Join(scratch, name))
			if err != nil {
				return fmt.Errorf("%s: %w\n%s", name, err, made[name])
			}
			defer func() { _ = os.RemoveAll(filepath.Join(scratch, name)) }()
			reaches, err := archive(to)
			if err != nil {
				return err
			}
			f.mu.Lock()
			defer f.mu.Unlock()
			if made != nil {
				f.compareWithMade(content, to, made[name], shared)
			}
			f.note(sifted, to, fmt.Sprint(reaches, sifted.Args, sifted.BuiltFor()), fmt.Sprintf("%s in %s\n%s", name, w.dir, made[name]))
			if !sifted.Dirty() {
				tags[name] = sifted.Tag()
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		f.Fatal(err)
	}
	return tags
}

// contentOf makes a content of a directory, by its name: some have what is shared, arguments, a platform.
func contentOf(tree, shared git.Tree, name string) Content {
	number, _ := strconv.Atoi(strings.TrimPrefix(strings.TrimSuffix(name, "-changed"), "t"))
	content := Content{Context: tree}
	if number%3 == 0 {
		content.Shared = []git.Tree{shared}
	}
	if number%5 == 0 {
		content.Args = []string{"A=1", "B=2"}
		if number%2 == 0 {
			content.Args = []string{"A=1\nB=2"}
		}
	}
	if number%7 == 0 {
		content.Platforms = []string{"linux/arm64"}
	}
	return content
}

// note compares with what else was exported under the tag.
func (f *findings) note(c Content, to Exported, reaches, about string) {
	f.exports++
	if c.Dirty() {
		f.uncommitted++
	}
	if to.Ignore != "" {
		f.ignoring++
	}
	tag := c.Tag()
	if before, found := f.by[tag]; found && before.archive != reaches {
		f.Errorf("%s names two contents:\n%s\nand %s", tag, before.about, about)
	}
	f.by[tag] = finding{reaches, about}
}

// compare compares the tags of two clones.
func (f *findings) compare(here, there map[string]string) {
	for name, tag := range there {
		if f.pairs++; here[name] != tag {
			f.Errorf("%s: the tag is %s in one clone and %s in another", name, here[name], tag)
		}
	}
}

// compareWithMade holds each exported file against what was generated: byte, mode, time.
func (f *findings) compareWithMade(c Content, to Exported, made, shared directory) {
	want := maps.Clone(made)
	if c.Shared != nil {
		for name, file := range shared {
			want["scripts/"+name] = file
		}
	}
	for name, is := range f.read(to.Context) {
		if f.files++; is != want[name] {
			f.Errorf("%s: %q is %.100q, and was made as %.100q", c.Context.Name(), name, is, want[name])
		}
	}
	if to.Ignore != "" {
		return
	}
	if missing := len(want) - len(f.read(to.Context)); missing != 0 {
		f.Errorf("%s: %d files are missing", c.Context.Name(), missing)
	}
}

// read reads an exported directory back.
func (f *findings) read(dir string) directory {
	found := directory{}
	err := filepath.WalkDir(dir, func(name string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if !info.ModTime().Equal(written) {
			f.Errorf("%s is of %s", name, info.ModTime())
		}
		inner := path.Clean(strings.TrimPrefix(strings.TrimPrefix(name, dir), "/"))
		switch mode := info.Mode(); {
		case mode.IsDir():
			if mode.Perm() != 0o755 {
				f.Errorf("%s has mode %s", name, mode)
			}
			return nil
		case mode&os.ModeSymlink != 0:
			leadsTo, err := os.Readlink(name)
			found[inner] = file{git.Link, leadsTo}
			return err
		}
		content, err := os.ReadFile(name)
		mode := map[os.FileMode]string{0o644: git.Regular, 0o755: git.Executable}[info.Mode()]
		found[inner] = file{mode, string(content)}
		return err
	})
	if err != nil {
		f.Error(err)
	}
	return found
}
