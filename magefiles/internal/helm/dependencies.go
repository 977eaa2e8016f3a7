package helm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/exit"
)

// Dependencies makes whole charts of those that the repository holds: with all that they depend on, to any depth. Each chart is
// fetched once in a run however many hubs want it, and not at all if Cache has it; one of the repository is packed once.
type Dependencies struct {
	Client    *Client
	Charts    *chart.Charts
	Cache     *ChartCache
	Once      *Once
	Scratch   string                                 // private directory
	PlainHTTP func(dependency chart.Dependency) bool // true for a sandbox's registry
	Tell      func(format string, args ...any)
}

// Once is what is done and said once in a run, on however many clusters its hubs are. The zero value is ready.
type Once struct {
	mu     sync.Mutex
	told   map[string]bool                              // charts that are not pinned
	packed map[string]func() (archive, []string, error) // by directory
}

// tell reports whether something is to be said now.
func (o *Once) tell(what string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.told[what] {
		return false
	}
	if o.told == nil {
		o.told = map[string]bool{}
	}
	o.told[what] = true
	return true
}

// Assembled is a whole chart.
type Assembled struct {
	Path    string   // a directory, or the archive of a published chart
	Fetched []string // "jupyterhub-4.4.0 sha256:0123456789ab"
}

// Assemble writes the chart to the directory dest, with the charts that it depends on in dest/charts. hubName is the prefix of helm's
// output.
func (d *Dependencies) Assemble(ctx context.Context, hubName string, tree *chart.Tree, dest string) (whole Assembled, err error) {
	fetched, err := d.assemble(ctx, hubName, tree, dest)
	if err != nil || !tree.IsPublished() {
		return Assembled{dest, fetched}, err
	}
	archives, err := filepath.Glob(filepath.Join(dest, "charts", "*.tgz"))
	if err != nil || len(archives) != 1 {
		return whole, errors.Join(fmt.Errorf("there are %d archives of chart %s", len(archives), tree.Chart.Name), err)
	}
	return Assembled{archives[0], fetched}, nil
}

func (d *Dependencies) assemble(ctx context.Context, hubName string, tree *chart.Tree, dest string) (fetched []string, err error) {
	if err := d.Charts.Copy(ctx, tree, dest); err != nil {
		return nil, err
	}
	for _, part := range tree.Parts {
		names, err := d.fill(ctx, hubName, part, filepath.Join(dest, filepath.FromSlash(part.Place), "charts"))
		if err != nil {
			return nil, err
		}
		fetched = append(fetched, names...)
	}
	slices.Sort(fetched)
	return slices.Compact(fetched), nil
}

// fill puts what a part needs into its directory charts.
func (d *Dependencies) fill(ctx context.Context, hubName string, part chart.Part, charts string) (fetched []string, err error) {
	here := map[string][]string{} // the versions in charts, by name
	for _, vendored := range part.Vendored {
		here[vendored.Name] = append(here[vendored.Name], vendored.Version)
	}
	for _, need := range part.Needs {
		got, names, err := d.get(ctx, hubName, need, part.File)
		if err != nil {
			return nil, err
		}
		fetched = append(fetched, names...)
		if err := place(charts, got, part.File); err != nil {
			return nil, err
		}
		version := strings.TrimPrefix(strings.TrimSuffix(got.name, ".tgz"), need.Name+"-")
		if !slices.Contains(here[need.Name], version) {
			here[need.Name] = append(here[need.Name], version)
		}
	}
	return fetched, checkChoice(part, here)
}

// checkChoice makes sure that there is one chart for each dependency: helm leaves one out that it does not find, and takes any of two.
func checkChoice(part chart.Part, here map[string][]string) error {
	for _, dependency := range part.Depends {
		fitting := slices.DeleteFunc(slices.Clone(here[dependency.Name]), func(version string) bool { return !chart.Fits(dependency.Wanted, version) })
		switch len(fitting) {
		case 0:
			return exit.Input("%s: dependency %s: version %s is wanted, and there is %s: helm would leave it out", part.File, dependency.Name, dependency.Wanted, strings.Join(here[dependency.Name], ", "))
		case 1:
		default:
			return exit.Input("%s: dependency %s: versions %s both fit: helm takes either", part.File, dependency.Name, strings.Join(fitting, " and ")).Try("name one version exactly")
		}
	}
	return nil
}

// place writes an archive into a directory charts.
func place(charts string, got archive, file string) error {
	if err := os.MkdirAll(charts, 0o700); err != nil {
		return err
	}
	name := filepath.Join(charts, got.name)
	switch old, err := os.ReadFile(name); { // #nosec G304 -- in our private directory
	case err == nil && !bytes.Equal(old, got.content):
		return exit.Input("%s: two different charts are %s: helm keeps one of them", file, strings.TrimSuffix(got.name, ".tgz")).Try("give one of them another name or version")
	case err == nil:
		return nil
	}
	return os.WriteFile(name, got.content, 0o600)
}

// pack packs a chart of the repository with what it depends on, as helm dependency update does.
func (d *Dependencies) pack(ctx context.Context, hubName string, tree *chart.Tree) (archive, []string, error) {
	d.Once.mu.Lock()
	if d.Once.packed == nil {
		d.Once.packed = map[string]func() (archive, []string, error){}
	}
	once := d.Once.packed[tree.Dir]
	if once == nil {
		var got archive
		var fetched []string
		packed := sync.OnceValue(func() (err error) {
			got, fetched, err = d.packOnce(ctx, hubName, tree)
			return err
		})
		once = func() (archive, []string, error) {
			err := packed()
			return got, fetched, err
		}
		d.Once.packed[tree.Dir] = once
	}
	d.Once.mu.Unlock()
	return once()
}

func (d *Dependencies) packOnce(ctx context.Context, hubName string, tree *chart.Tree) (archive, []string, error) {
	dir, err := os.MkdirTemp(d.Scratch, "pack-"+tree.Chart.Name+"-")
	if err != nil {
		return archive{}, nil, err
	}
	from := filepath.Join(dir, filepath.FromSlash(tree.Dir))
	fetched, err := d.assemble(ctx, hubName, tree, from)
	if err != nil {
		return archive{}, nil, err
	}
	to := filepath.Join(dir, "packed")
	if err := d.Client.run(ctx, hubName, nil, "package", "--destination", to, from); err != nil {
		return archive{}, nil, exit.Errorf(exit.Helm, "packing chart %s for hub %s: %w", tree.Dir, hubName, reason(err))
	}
	archives, err := filepath.Glob(filepath.Join(to, "*.tgz"))
	if err != nil || len(archives) != 1 {
		return archive{}, nil, errors.Join(fmt.Errorf("helm package made %d archives of chart %s", len(archives), tree.Dir), err)
	}
	got, err := readArchive(archives[0])
	return got, fetched, err
}
