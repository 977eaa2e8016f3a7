// Package chart reads and copies a hub's chart as files: it starts no program and asks no network. What helm does with a
// chart is in package helm.
//
//	c, err := chart.Read(root, "hub-charts/course", "course")          // Chart.yaml, requirements.yaml
//	versions, err := chart.Resolve(root, "hub-charts/course", c)       // each dependency in one version, by the lock file
//	digest, err := chart.Digest(root, "hub-charts/course", c.Dependencies)
//	dir, err := chart.Copy(root, "hub-charts/course", c.Dependencies, scratch) // for helm, which fetches into it
//
// Package hub reads the chart of each hub, package release copies it, and the record of a release holds the digests. Paths are
// relative to the repository's root, with slashes. A mistake in a file is an error with exit.BadInput that names file and line.
package chart

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"regexp"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/yamldoc"
)

// Chart is what this project reads of a Chart.yaml (helm.sh/docs/topics/charts) and its requirements.yaml.
type Chart struct {
	APIVersion   string
	Name         string
	Version      string
	Dependencies []Dependency
}

// Dependency is a chart that the hub's chart is made from.
type Dependency struct {
	Name       string `yaml:"name"`
	Version    string `yaml:"version"`
	Repository string `yaml:"repository"`
}

type chartFile struct {
	APIVersion   string       `yaml:"apiVersion"`
	Name         string       `yaml:"name"`
	Version      string       `yaml:"version"`
	Dependencies []Dependency `yaml:"dependencies"`
}

// Read reads the chart in dir of the repository, whose name must be the hub's.
func Read(root *os.Root, dir, name string) (Chart, error) {
	file := path.Join(dir, "Chart.yaml")
	top, err := yamldoc.ReadIn(root, file)
	if errors.Is(err, fs.ErrNotExist) {
		return Chart{}, exit.Input("%s: no such file: a hub is a Helm chart", file).Try("write one, or remove %s", dir)
	}
	if err != nil {
		return Chart{}, err
	}
	if top == nil || top.Kind != yaml.MappingNode {
		return Chart{}, exit.Input("%s:1: a chart has keys such as apiVersion, name and version", file)
	}
	var content chartFile
	if err := yamldoc.Decode(file, top, &content); err != nil {
		return Chart{}, err
	}
	chart := Chart(content)
	if chart.Name != name {
		return Chart{}, yamldoc.At(file, valueOf(top, "name"), "name is %q, the directory is %q: they must be the same", chart.Name, name)
	}
	if chart.Version == "" {
		return Chart{}, exit.Input("%s:1: no version", file).Try("write one, such as 0.1.0: helm needs it")
	}
	switch chart.APIVersion {
	case "v2":
		return chart, checkDependencies(file, valueOf(top, "dependencies"), chart.Dependencies)
	case "v1":
		chart.Dependencies, err = readRequirements(root, path.Join(dir, "requirements.yaml"))
		return chart, err
	}
	return Chart{}, yamldoc.At(file, valueOf(top, "apiVersion"), "apiVersion is %q: it can be v1 or v2", chart.APIVersion)
}

// chartName matches a name that helm accepts for a chart, and that is neither an option nor a path.
var chartName = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]*$`)

// checkDependencies refuses invalid names of charts, because the names become directories. at is the line that lists them.
func checkDependencies(file string, at *yaml.Node, dependencies []Dependency) error {
	for i, d := range dependencies {
		if chartName.MatchString(d.Name) {
			continue
		}
		if at.Kind == yaml.SequenceNode && i < len(at.Content) {
			at = at.Content[i]
		}
		return yamldoc.At(file, at, "dependency %q: it must be the name of a chart", d.Name)
	}
	return nil
}

// valueOf returns the value of a mapping's key, or the mapping itself where the key is missing.
func valueOf(mapping *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return mapping.Content[i+1]
		}
	}
	return mapping
}
