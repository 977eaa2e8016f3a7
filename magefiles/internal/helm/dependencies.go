package helm

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/exit"
)

// Dependencies puts the charts that hubs depend on into their charts. Each is fetched once in a run however many hubs
// want it, and not at all if Cache has it.
type Dependencies struct {
	Client    *Client
	Cache     *ChartCache
	Scratch   string                                 // private directory
	PlainHTTP func(dependency chart.Dependency) bool // true for a sandbox's registry
}

// Update puts the charts that the chart in dir depends on into dir/charts, and returns what was fetched: "jupyterhub-4.4.0
// sha256:0123456789ab". Charts of the repository itself are packed as they are. hubName is the prefix of helm's output.
func (d *Dependencies) Update(ctx context.Context, hubName, dir string, dependencies []chart.Resolved) ([]string, error) {
	names, err := d.update(ctx, hubName, dir, dependencies)
	if err != nil {
		err = exit.Errorf(exit.Helm, "fetching the chart dependencies of hub %s: %w", hubName, reason(err)).
			Try("is the repository reachable from here, and has it the name and version that Chart.yaml or requirements.yaml says?")
	}
	return names, err
}

func (d *Dependencies) update(ctx context.Context, hubName, dir string, dependencies []chart.Resolved) (names []string, err error) {
	if !slices.ContainsFunc(dependencies, func(r chart.Resolved) bool { return !r.Local() }) {
		return nil, d.Client.run(ctx, hubName, nil, "dependency", "update", dir) // which asks no network
	}
	for _, dependency := range dependencies {
		var name string
		switch {
		case dependency.Repository == "": // it lies in the chart
		case dependency.Local():
			err = d.pack(ctx, hubName, dir, dependency)
		default:
			name, err = d.add(ctx, hubName, dir, dependency)
			names = append(names, name)
		}
		if err != nil {
			return nil, err
		}
	}
	return names, nil
}

// pack puts one local chart into dir/charts, as helm dependency update does for all of them.
func (d *Dependencies) pack(ctx context.Context, hubName, dir string, dependency chart.Resolved) error {
	from := filepath.Join(dir, filepath.FromSlash(strings.TrimPrefix(dependency.Repository, "file://")))
	if relative, err := filepath.Rel(filepath.Join(dir, "charts"), from); err == nil && filepath.IsLocal(relative) {
		return nil // helm finds it there
	}
	return d.Client.run(ctx, hubName, nil, "package", "--destination", filepath.Join(dir, "charts"), from)
}

func (d *Dependencies) add(ctx context.Context, hubName, dir string, dependency chart.Resolved) (string, error) {
	archive, err := d.Cache.get(dependency, func() (string, error) { return d.fetch(ctx, hubName, dependency) })
	if err != nil {
		return "", err
	}
	charts := filepath.Join(dir, "charts")
	if err := os.MkdirAll(charts, 0o700); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(charts, archive.name), archive.content, 0o600); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s sha256:%.12s", strings.TrimSuffix(archive.name, ".tgz"), archive.digest), nil
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
