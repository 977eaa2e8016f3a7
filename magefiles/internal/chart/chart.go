// Package chart reads and copies charts of the repository, as Git holds them: what is deployed does not depend on what else lies in
// the working tree. It asks no network. What helm does with a chart is in package helm.
//
//	charts := chart.New(snapshot, unlock, places)                   // of package git
//	c, err := charts.Read(ctx, "hub-charts/course")                 // Chart.yaml, requirements.yaml
//	tree, err := charts.Tree(ctx, "hub-charts/course")              // with what it depends on, to any depth
//	digest, err := charts.Digest(ctx, tree)
//	err = charts.Copy(ctx, tree, dir)                               // the same files; helm fetches what they need
//
// Package hub reads the chart of each hub, package helm copies it, and the record of a release holds the digests. Paths are
// relative to the repository's root, with slashes. A mistake in a file is an error with exit.BadInput that names file and line.
package chart

import (
	"context"
	"path"
	"regexp"
	"slices"
	"sync"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/secretdir"
	"hub-ops/magefiles/internal/yamldoc"
)

// Charts are the charts of a repository. It is safe for several hubs at once.
type Charts struct {
	files  *git.Snapshot
	unlock Unlock
	places secretdir.Places // of the repository's secrets

	mu     sync.Mutex
	views  map[string]view   // by directory
	trees  map[string]*Tree  // by directory
	pinned *Pins             // nil until they are asked for
	secret map[string]string // names of secret files, by what they contain; nil until it is asked for
}

// Unlock decrypts what git-crypt has encrypted in the file of that name.
type Unlock func(ctx context.Context, name string, locked []byte) ([]byte, error)

// New returns the charts of a repository.
func New(files *git.Snapshot, unlock Unlock, secrets secretdir.Places) *Charts {
	return &Charts{files: files, unlock: unlock, places: secrets, views: map[string]view{}, trees: map[string]*Tree{}}
}

// Chart is what this project reads of a Chart.yaml (helm.sh/docs/topics/charts) and its requirements.yaml.
type Chart struct {
	APIVersion   string
	Name         string
	Version      string
	AppVersion   string // of what it deploys; "" if it does not say
	Dependencies []Dependency
}

// Dependency is a chart that another chart is made from.
type Dependency struct {
	Name       string `yaml:"name"`
	Version    string `yaml:"version"`
	Repository string `yaml:"repository"`
}

type chartFile struct {
	APIVersion   string       `yaml:"apiVersion"`
	Name         string       `yaml:"name"`
	Version      string       `yaml:"version"`
	AppVersion   string       `yaml:"appVersion"`
	Dependencies []Dependency `yaml:"dependencies"`
}

// Read reads the chart in a directory of the repository.
func (c *Charts) Read(ctx context.Context, dir string) (Chart, error) {
	v, err := c.view(ctx, dir)
	if err != nil {
		return Chart{}, err
	}
	file := path.Join(dir, "Chart.yaml")
	if v["Chart.yaml"] == "" {
		if ignored, err := c.files.Ignored(ctx, dir); err == nil && slices.Contains(ignored, file) {
			return Chart{}, exit.Input("%s: ignored by Git: a hub is what Git holds", file).Try("take it out of .gitignore, or run 'git add --force %s'", file)
		}
		return Chart{}, exit.Input("%s: no such file: a hub is a Helm chart", file).Try("write one, or remove %s", dir)
	}
	return c.read(ctx, v, "")
}

// File returns a file of the chart in dir, nil if it has none of that name. from is the file of the repository that it is.
func (c *Charts) File(ctx context.Context, dir, name string) (content []byte, from string, err error) {
	v, err := c.view(ctx, dir)
	if err != nil || v[name] == "" {
		return nil, path.Join(dir, name), err
	}
	contents, err := c.files.Read(ctx, v[name])
	return contents[v[name]], v[name], err
}

// Prefetch reads the files that say what the charts in these directories are: Git is asked once for all of them. What cannot be read
// is found out later, by who needs it.
func (c *Charts) Prefetch(ctx context.Context, dirs ...string) {
	telling := []string{"Chart.yaml", "values.yaml", "requirements.yaml", "Chart.lock", "requirements.lock"}
	var wanted []string
	for _, dir := range dirs {
		v, err := c.view(ctx, dir)
		if err != nil {
			continue
		}
		for name, source := range v {
			if slices.Contains(telling, path.Base(name)) && c.files.Check(source) == nil {
				wanted = append(wanted, source)
			}
		}
	}
	_, _ = c.files.Read(ctx, wanted...) // which keeps them
}

// read reads the chart at a place of a view: "" for the view's own, "charts/x" for one that lies in it.
func (c *Charts) read(ctx context.Context, v view, place string) (Chart, error) {
	file := v[path.Join(place, "Chart.yaml")]
	top, err := c.document(ctx, file)
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
	switch {
	case chart.Name == "" && place == "":
		return Chart{}, exit.Input("%s:1: no name", file).Try("write one: helm needs it")
	case chart.Name != "" && !chartName.MatchString(chart.Name):
		return Chart{}, yamldoc.At(file, valueOf(top, "name"), "name is %q: it must be the name of a chart, of letters, digits, dots and hyphens", chart.Name)
	case chart.Version == "":
		return Chart{}, exit.Input("%s:1: no version", file).Try("write one, such as 0.1.0: helm needs it")
	case chart.APIVersion == "" && place != "":
		chart.APIVersion = "v1" // as helm has it
	case chart.APIVersion != "v1" && chart.APIVersion != "v2":
		return Chart{}, yamldoc.At(file, valueOf(top, "apiVersion"), "apiVersion is %q: it can be v1 or v2", chart.APIVersion)
	}
	if err := checkNames(file, valueOf(top, "dependencies"), chart.Dependencies); err != nil {
		return Chart{}, err
	}
	required, err := c.requirements(ctx, v[path.Join(place, "requirements.yaml")])
	switch {
	case err != nil:
		return Chart{}, err
	case len(required) > 0 && len(chart.Dependencies) > 0:
		return Chart{}, exit.Input("%s and %s both list dependencies", file, v[path.Join(place, "requirements.yaml")]).Try("keep them in one of the two")
	case len(required) > 0:
		chart.Dependencies = required
	}
	return chart, nil
}

// requirements reads the dependencies in a requirements.yaml: of charts with apiVersion v1, and helm reads it in others too.
func (c *Charts) requirements(ctx context.Context, file string) ([]Dependency, error) {
	if file == "" {
		return nil, nil
	}
	top, err := c.document(ctx, file)
	if err != nil || top == nil {
		return nil, err
	}
	var content struct {
		Dependencies []Dependency `yaml:"dependencies"`
	}
	if err := yamldoc.Decode(file, top, &content); err != nil {
		return nil, err
	}
	return content.Dependencies, checkNames(file, valueOf(top, "dependencies"), content.Dependencies)
}

// document parses a YAML file of the repository.
func (c *Charts) document(ctx context.Context, file string) (*yaml.Node, error) {
	contents, err := c.files.Read(ctx, file)
	if err != nil {
		return nil, err
	}
	return yamldoc.Parse(file, contents[file])
}

// chartName matches a name that helm accepts for a chart, and that is neither an option nor a path.
var chartName = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]*$`)

// checkNames refuses invalid names of charts, because the names become directories. at is the line that lists them.
func checkNames(file string, at *yaml.Node, dependencies []Dependency) error {
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
