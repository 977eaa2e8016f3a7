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

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/exit"
)

// Dependencies makes whole charts of those that the repository holds: with all that they depend on, to any depth. Each chart is
// fetched once in a run however many hubs want it, and not at all if Cache has it; one of the repository is packed once.
type Dependencies struct {
	Client    *Client
	Charts    *chart.Charts
	Cache     *ChartCache
	Scratch   string                                 // private directory
	PlainHTTP func(dependency chart.Dependency) bool // true for a sandbox's registry

	mu     sync.Mutex
	packed map[string]func() (archive, []string, error) // by directory
}

// Assemble writes the chart to the directory dest, with the charts that it depends on in dest/charts, and returns what was fetched:
// "jupyterhub-4.4.0 sha256:0123456789ab". hubName is the prefix of helm's output.
func (d *Dependencies) Assemble(ctx context.Context, hubName string, tree *chart.Tree, dest string) (fetched []string, err error) {
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
		got, names, err := d.get(ctx, hubName, need)
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

// get returns the archive of a chart, and names what was fetched for it.
func (d *Dependencies) get(ctx context.Context, hubName string, need chart.Need) (archive, []string, error) {
	if need.Local != nil {
		return d.pack(ctx, hubName, need.Local)
	}
	got, err := d.Cache.get(need.Resolved, func() (string, error) { return d.fetch(ctx, hubName, need.Resolved) })
	if err != nil {
		return got, nil, exit.Errorf(exit.Helm, "fetching the chart dependencies of hub %s: %w", hubName, reason(err)).
			Try("is the repository reachable from here, and has it the name and version that Chart.yaml or requirements.yaml says?")
	}
	return got, []string{fmt.Sprintf("%s sha256:%.12s", strings.TrimSuffix(got.name, ".tgz"), got.digest)}, nil
}

// pack packs a chart of the repository with what it depends on, as helm dependency update does.
func (d *Dependencies) pack(ctx context.Context, hubName string, tree *chart.Tree) (archive, []string, error) {
	d.mu.Lock()
	if d.packed == nil {
		d.packed = map[string]func() (archive, []string, error){}
	}
	once := d.packed[tree.Dir]
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
		d.packed[tree.Dir] = once
	}
	d.mu.Unlock()
	return once()
}

func (d *Dependencies) packOnce(ctx context.Context, hubName string, tree *chart.Tree) (archive, []string, error) {
	dir, err := os.MkdirTemp(d.Scratch, "pack-"+tree.Chart.Name+"-")
	if err != nil {
		return archive{}, nil, err
	}
	from := filepath.Join(dir, filepath.FromSlash(tree.Dir))
	fetched, err := d.Assemble(ctx, hubName, tree, from)
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

// fetch has helm fetch one chart, and returns the archive's path. It makes a chart that depends on nothing else and runs
// helm dependency update on it: helm pull would not use the operator's repositories and logins in the same way.
func (d *Dependencies) fetch(ctx context.Context, hubName string, dependency chart.Resolved) (string, error) {
	dir, err := os.MkdirTemp(d.Scratch, "fetch-"+dependency.Name+"-")
	if err != nil {
		return "", err
	}
	content, err := yaml.Marshal(map[string]any{
		"apiVersion": "v2", "name": "fetch", "version": "0.0.0",
		"dependencies": []chart.Dependency{dependency.Dependency},
	})
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(dir, "Chart.yaml"), content, 0o600); err != nil {
		return "", err
	}
	args := []string{"dependency", "update", dir}
	if d.PlainHTTP(dependency.Dependency) {
		args = append(args, "--plain-http")
	}
	env := []string{"HELM_CACHE_HOME=" + filepath.Join(dir, "cache"), "HELM_REPOSITORY_CACHE=" + filepath.Join(dir, "repository")}
	if err := d.Client.run(ctx, hubName, env, args...); err != nil {
		return "", err
	}
	archives, err := filepath.Glob(filepath.Join(dir, "charts", "*.tgz"))
	if err == nil && len(archives) == 0 { // helm skips an archive that it cannot load, and exits with 0
		return "", fmt.Errorf("helm took no archive of chart %s: its output above says why", dependency.Name)
	}
	if err != nil || len(archives) != 1 {
		return "", errors.Join(fmt.Errorf("helm dependency update made %d archives of chart %s", len(archives), dependency.Name), err)
	}
	return archives[0], nil
}
