package content

import (
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"hub-ops/magefiles/internal/git"
)

// Generated is a generated directory in one clone of a repository, for the tests with builders: they import this package.
type Generated struct {
	Name    string
	Repo    *git.Repo
	Content Content
	Dir     string // where it lies in the working tree
	Umask   int    // that it is to be exported with
	About   string
}

// Generate makes directories, each in two clones that differ in attributes, settings, umask and times. Their Dockerfiles copy
// all of the context to the top of an empty image, so that the layer holds the context and nothing else.
func Generate(t *testing.T, seed uint64, count int) [][2]Generated {
	t.Helper()
	random, made := rand.New(rand.NewPCG(seed, 1)), map[string]directory{}
	for i := range count {
		one := generate(random)
		delete(one, "Dockerfile.gpu")
		one["Dockerfile"], one["always"] = file{git.Regular, "FROM scratch\nCOPY . /\nCMD [\"/none\"]\n"}, file{git.Executable, strconv.Itoa(i)}
		for _, ignore := range IgnoreFiles {
			if at, found := one[ignore]; found {
				at.content += "\n!always\n" // an image without a layer is another test's
				one[ignore] = at
			}
		}
		made["t"+strconv.Itoa(i)] = one
	}
	here := newWorld(t)
	here.attributes("* -text !eol -ident !filter !working-tree-encoding\n")
	for name, directory := range made {
		here.write("images/"+name, directory)
	}
	here.write("shared/scripts", directory{"start.sh": {git.Regular, "x\n"}, "Dockerfile": {git.Regular, "FROM x\n"}})
	here.commit()
	defer syscall.Umask(syscall.Umask(0o077))
	there := (&findings{TB: t}).elsewhere(here, random)
	var all [][2]Generated
	for i := range count {
		name := "t" + strconv.Itoa(i)
		var pair [2]Generated
		for at, w := range []*world{here, there} {
			repo := w.open()
			sifted, err := Content{Context: w.trees(repo, "images")[name]}.Sifted(t.Context(), repo)
			if err != nil {
				t.Fatal(err)
			}
			pair[at] = Generated{name, repo, sifted, filepath.Join(w.dir, "images", name), []int{0o022, 0o077}[at], made[name].String()}
		}
		all = append(all, pair)
	}
	return all
}
