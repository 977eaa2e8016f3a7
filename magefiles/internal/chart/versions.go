package chart

import (
	"context"
	"path"
	"strings"

	"github.com/Masterminds/semver/v3"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/yamldoc"
)

// Resolved is a dependency, with its one version if the repository fixes it.
type Resolved struct {
	Dependency
	Wanted string // the version or range that the chart names
	Exact  bool   // Version is one version; false: it is a range, and no lock file chooses from it
}

// Local reports whether the dependency is a chart of this repository, or lies in the chart itself.
func (r Resolved) Local() bool {
	return r.Repository == "" || strings.HasPrefix(r.Repository, "file://")
}

// resolve finds the version of each dependency of the chart at a place of a view: the one that it names, or for a range the one in
// Chart.lock (requirements.lock for apiVersion v1). A lock file that does not fit is an error with exit.BadInput.
func (c *Charts) resolve(ctx context.Context, v view, place string, chart Chart) ([]Resolved, error) {
	lock := "Chart.lock"
	if chart.APIVersion == "v1" {
		lock = "requirements.lock"
	}
	file := v[path.Join(place, lock)]
	locked, err := c.locked(ctx, file)
	if err != nil {
		return nil, err
	}
	resolved := make([]Resolved, 0, len(chart.Dependencies))
	for _, dependency := range chart.Dependencies {
		r, err := resolve(dependency, locked, file)
		if err != nil {
			return nil, err
		}
		resolved = append(resolved, r)
	}
	return resolved, nil
}

// resolved is a dependency whose version no lock file fixes.
func resolved(dependency Dependency) Resolved {
	_, err := semver.StrictNewVersion(strings.TrimPrefix(dependency.Version, "v"))
	return Resolved{Dependency: dependency, Wanted: dependency.Version, Exact: err == nil}
}

func resolve(dependency Dependency, locked []Dependency, file string) (Resolved, error) {
	r := resolved(dependency)
	if r.Exact || r.Local() {
		return r, nil
	}
	for _, lock := range locked {
		if lock.Name != dependency.Name || lock.Repository != dependency.Repository {
			continue
		}
		if _, err := semver.NewConstraint(dependency.Version); err != nil {
			return r, exit.Input("%s: dependency %s has version %q, which is neither a version nor a range: %w", path.Dir(file), dependency.Name, dependency.Version, err)
		}
		if !Fits(dependency.Version, lock.Version) {
			return r, exit.Input("%s has version %s of %s, and the chart wants %s", file, lock.Version, lock.Name, dependency.Version).
				Try("run 'helm dependency update %s' and commit the lock file", path.Dir(file))
		}
		r.Version, r.Exact = lock.Version, true
	}
	return r, nil
}

// Fits reports whether helm takes a version for what a chart wants: a version or a range.
func Fits(wanted, version string) bool {
	constraint, err := semver.NewConstraint(wanted)
	if err != nil {
		return false
	}
	v, err := semver.NewVersion(version)
	return err == nil && constraint.Check(v)
}

// locked reads the lock file that helm dependency update writes. It returns no versions if there is none.
func (c *Charts) locked(ctx context.Context, file string) ([]Dependency, error) {
	if file == "" {
		return nil, nil
	}
	top, err := c.document(ctx, file)
	if err != nil {
		return nil, err
	}
	var content struct {
		Dependencies []Dependency `yaml:"dependencies"`
	}
	err = yamldoc.Decode(file, top, &content)
	return content.Dependencies, err
}
