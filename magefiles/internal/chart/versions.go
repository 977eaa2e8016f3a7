package chart

import (
	"path"
	"strings"

	"github.com/Masterminds/semver/v3"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/yamldoc"
)

// Resolved is a dependency, with its one version if the repository fixes it.
type Resolved struct {
	Dependency
	Exact bool // Version is one version; false: it is a range, and no lock file chooses from it
}

// Local reports whether the dependency is a chart of this repository, or lies in the chart itself.
func (r Resolved) Local() bool {
	return r.Repository == "" || strings.HasPrefix(r.Repository, "file://")
}

// Resolve finds the version of each dependency of the chart in root/dir: the one that it names, or for a range the one in
// Chart.lock (requirements.lock for apiVersion v1). A lock file that does not fit is an error with exit.BadInput.
func Resolve(root, dir string, chart Chart) ([]Resolved, error) {
	file := path.Join(dir, "Chart.lock")
	if chart.APIVersion == "v1" {
		file = path.Join(dir, "requirements.lock")
	}
	if len(chart.Dependencies) == 0 {
		return nil, nil
	}
	locked, err := readLock(root, file)
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

func resolve(dependency Dependency, locked []Dependency, file string) (Resolved, error) {
	r := Resolved{Dependency: dependency}
	if _, err := semver.StrictNewVersion(strings.TrimPrefix(dependency.Version, "v")); err == nil {
		r.Exact = true
	}
	if r.Exact || r.Local() {
		return r, nil
	}
	for _, lock := range locked {
		if lock.Name != dependency.Name || lock.Repository != dependency.Repository {
			continue
		}
		wanted, err := semver.NewConstraint(dependency.Version)
		if err != nil {
			return r, exit.Input("%s: dependency %s has version %q, which is neither a version nor a range: %w", path.Dir(file), dependency.Name, dependency.Version, err)
		}
		version, err := semver.NewVersion(lock.Version)
		if err != nil || !wanted.Check(version) {
			return r, exit.Input("%s has version %s of %s, and the chart wants %s", file, lock.Version, lock.Name, dependency.Version).
				Try("run 'helm dependency update %s' and commit the lock file", path.Dir(file))
		}
		r.Version, r.Exact = lock.Version, true
	}
	return r, nil
}

// readLock reads the lock file that helm dependency update writes. It returns no versions if there is none.
func readLock(root, file string) ([]Dependency, error) {
	top, err := yamldoc.ReadIfThere(root, file)
	if err != nil {
		return nil, err
	}
	var content struct {
		Dependencies []Dependency `yaml:"dependencies"`
	}
	err = yamldoc.Decode(file, top, &content)
	return content.Dependencies, err
}
