package config

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/pattern"
	"hub-ops/magefiles/internal/secretdir"
	"hub-ops/magefiles/internal/yamldoc"
	"hub-ops/magefiles/internal/yamlnode"
)

// layoutSettings say where the parts of hubs lie. They have no variables: a run is about the hubs that the repository says it has. The last is about making one.
var layoutSettings = []Setting{
	{
		Key: "layout.hubs", Default: layout.Default().Hubs,
		Help:  "A file or directory whose presence makes a hub, with `{hub}` for its name, such as `deployments/{hub}/hubploy.yaml`. It can hold `{cluster}` and `{env}` too.",
		field: func(c *Config) any { return &c.Layout.Hubs },
		rule:  text(layout.CheckHubs),
	},
	{
		Key: "layout.ignore", Help: "Names or patterns of what `layout.hubs` fits and is no hub: `[common, support]`.",
		field: func(c *Config) any { return &c.Layout.Ignore },
		rule: text(func(name string) error {
			if pattern.Check(name) != nil {
				return fmt.Errorf("%q is no pattern", name)
			}
			return nil
		}),
	},
	{
		Key:   "layout.environments",
		Help:  "Branches, and the environment that each deploys of every hub: `{staging: staging, production: prod}`. A hub `course` is then deployed as `course-staging` and `course-prod`, each from its branch, and `{env}` stands for the environment.",
		field: func(c *Config) any { return &c.Layout.Environments },
	},
	{
		Key: "layout.chart", Default: layout.Default().Chart.Dir,
		Help:  "Directory of a hub's chart, which hubs can share; `.` for a chart at the top. Or a published chart: `{name: jupyterhub, version: 4.4.0, repository: https://hub.jupyter.org/helm-chart}`.",
		field: func(c *Config) any { return &c.Layout.Chart },
		rule:  layoutChart,
	},
	{
		Key:   "layout.values",
		Help:  "Files of values, later ones win: `[config/common.yaml, \"config/{hub}.yaml?\"]`. One that ends in `?` may be missing.",
		field: func(c *Config) any { return &c.Layout.Values },
		rule:  text(layout.Check),
	},
	{
		Key: "layout.secrets", Default: strings.Join(layout.Default().Secrets, ","),
		Help:  "Files of secret values, encrypted by git-crypt or SOPS, which go after the others. One that ends in `?` may be missing.",
		field: func(c *Config) any { return &c.Layout.Secrets },
		rule:  text(layout.Check),
	},
	{
		Key: "layout.image", Default: layout.Default().Image,
		Help:  "Directory of a hub's image, with a Dockerfile; a hub whose directory is missing has none. Hubs that share the directory share the image: it is built once. Without `{hub}` the image has the directory's name.",
		field: func(c *Config) any { return &c.Layout.Image },
		rule: text(func(dir string) error {
			switch {
			case dir == "":
				return nil
			case path.Clean(dir) == ".":
				return errors.New("a context that is the whole repository would have its secrets in it")
			}
			return layout.Check(dir)
		}),
	},
	{
		Key: "layout.cluster", Help: "Which of `clusters` a hub is on, if `layout.hubs` does not hold `{cluster}`. See [several clusters](/clusters).",
		field: func(c *Config) any { return &c.Layout.Cluster },
		rule: text(func(name string) error {
			if name != "" && !clusterName.MatchString(name) {
				return fmt.Errorf("%q is no name of a cluster", name)
			}
			return nil
		}),
	},
	{
		Key: "layout.release", Help: "Name of a hub's release in helm, such as `{hub}-{env}`, if it is not the hub's name.",
		field: func(c *Config) any { return &c.Layout.Release },
		rule:  text(layout.CheckNaming),
	},
	{
		Key: "layout.namespace", Help: "Namespace of a hub's release, if it is not the hub's name. Hubs can share one if their releases have different names.",
		field: func(c *Config) any { return &c.Layout.Namespace },
		rule:  text(layout.CheckNaming),
	},
	{
		Env: "FROM", Help: "`new:hub`: the hub whose chart, values and image are copied, with other names and secret values of its own.",
		field: func(c *Config) any { return &c.From },
	},
}

// layoutChart checks layout.chart.
func layoutChart(field any) error {
	chart := field.(*layout.Chart)
	if !chart.Published() {
		return layout.Check(chart.Dir)
	}
	if !publishedName.MatchString(chart.Name) {
		return fmt.Errorf("%q is no name of a chart", chart.Name)
	}
	scheme, rest, found := strings.Cut(chart.Repository, "://")
	if !found || !slices.Contains([]string{"https", "http", "oci"}, scheme) {
		return fmt.Errorf("%q: a chart repository is like https://hub.jupyter.org/helm-chart or oci://registry.example.org/charts", chart.Repository)
	}
	host, _, _ := strings.Cut(rest, "/")
	if strings.Contains(host, "@") {
		return errors.New("the address of the chart repository holds a login, which whoever reads this file, or the log, would have")
	}
	return nil
}

// publishedName matches the name of a chart that helm takes, and that is neither an option nor a path.
var publishedName = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]*$`)

// environmentName matches what can be a part of a hub's name.
var environmentName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)

// setEnvironments reads branches, each with its environment.
func setEnvironments(field *[]layout.Environment, node *yaml.Node) error {
	if node.Kind != yaml.MappingNode {
		return errors.New("expected branches, each with the name of its environment")
	}
	*field = nil
	branchOf := map[string]string{}
	for i := 0; i < len(node.Content); i += 2 {
		branch, name := node.Content[i].Value, node.Content[i+1]
		switch {
		case branch == "" || node.Content[i].Tag == "!!null":
			return fmt.Errorf("environment %s has no branch (line %d)", name.Value, name.Line)
		case name.Kind != yaml.ScalarNode || name.Value == "":
			return fmt.Errorf("branch %s: expected the name of an environment (line %d)", branch, name.Line)
		case !environmentName.MatchString(name.Value):
			return fmt.Errorf("%q: an environment is a part of the hubs' names: lower-case letters, digits and inner hyphens (line %d)", name.Value, name.Line)
		case branchOf[name.Value] != "":
			return fmt.Errorf("both %s and %s deploy %s: one branch can (line %d)", branchOf[name.Value], branch, name.Value, name.Line)
		}
		branchOf[name.Value] = branch
		*field = append(*field, layout.Environment{Branch: branch, Name: name.Value})
	}
	return nil
}

// setChart reads a directory, or a published chart.
func setChart(field *layout.Chart, node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		*field = layout.Chart{Dir: node.Value}
		return nil
	}
	switch {
	case isPlaceholder(node):
		return errUnquoted(node)
	case node.Kind != yaml.MappingNode:
		return errors.New("expected a directory, or name, version and repository of a published chart")
	}
	chart := layout.Chart{}
	parts := map[string]*string{"name": &chart.Name, "version": &chart.Version, "repository": &chart.Repository}
	for i := 0; i < len(node.Content); i += 2 {
		part := parts[node.Content[i].Value]
		if part == nil {
			return fmt.Errorf("%q: a published chart has name, version and repository (line %d)", node.Content[i].Value, node.Content[i].Line)
		}
		*part = node.Content[i+1].Value
		if part == &chart.Version {
			chart.Line = node.Content[i+1].Line
		}
	}
	for _, name := range []string{"name", "version", "repository"} {
		if *parts[name] == "" {
			return fmt.Errorf("a published chart has a %s", name)
		}
	}
	*field = chart
	return nil
}

// withQuotes adds the remedy for a path that begins with a placeholder, or has one between brackets, where YAML takes a brace for a mapping.
func withQuotes(err error) error {
	for _, words := range []string{"did not find expected ',' or ']'", "did not find expected ',' or '}'", "did not find expected key"} {
		if strings.Contains(err.Error(), words) {
			return exit.Input("%w", err).Try(`if that is a path with braces, put it between quotes: "{hub}/values.yaml"`)
		}
	}
	return err
}

// isPlaceholder reports whether YAML has taken a placeholder for a mapping: {hub} has a key without a value.
func isPlaceholder(node *yaml.Node) bool {
	const pair = 2
	return node.Kind == yaml.MappingNode && node.Style&yaml.FlowStyle != 0 && len(node.Content) == pair &&
		slices.Contains([]string{"hub", "env", "cluster"}, node.Content[0].Value) && node.Content[1].Tag == "!!null"
}

// errUnquoted is the error for a placeholder that YAML has taken for a mapping.
func errUnquoted(node *yaml.Node) error {
	return fmt.Errorf(`put it between quotes: "{%s}"`, node.Content[0].Value)
}

// branchesOf returns the deploying branches: those of a hubops.yaml's environments if it has some. Errors quote name.
func branchesOf(name string, top *yaml.Node, branches []Branch, environments []layout.Environment) ([]Branch, error) {
	if len(environments) == 0 {
		return branches, nil
	}
	if node := yamlnode.At(top, "branches"); node != nil {
		return nil, yamldoc.At(name, node, "branches: layout.environments says already which branch deploys what: leave one of the two out")
	}
	var own []Branch
	for _, environment := range environments {
		for _, other := range environments {
			if strings.HasSuffix(other.Name, "-"+environment.Name) {
				return nil, yamldoc.At(name, yamlnode.At(top, "layout", "environments"), "layout.environments: %s ends like %s: of a hub's name nobody could tell its environment", other.Name, environment.Name)
			}
		}
		own = append(own, Branch{Name: environment.Branch, Hubs: []string{"*-" + environment.Name}})
	}
	return own, nil
}

// ImagePatterns are the patterns of the directories of images, of all hubs and of some: each with its key, and nothing else of it.
func (c *Config) ImagePatterns() []layout.Image {
	var patterns []layout.Image
	add := func(key, dir string) {
		if dir != "" && !slices.ContainsFunc(patterns, func(i layout.Image) bool { return i.Key == key && i.Dir == dir }) {
			patterns = append(patterns, layout.Image{Key: key, Dir: dir})
		}
	}
	for _, hub := range append([]string{""}, c.overridden()...) {
		parts := c.For(hub).Layout.Parts
		add("", parts.Image)
		for _, image := range parts.Images {
			add(image.Key, image.Dir)
		}
	}
	return patterns
}

// SecretPlaces are the places of secrets, of all hubs and of some, and of clusters.
func (c *Config) SecretPlaces() secretdir.Places {
	return secretdir.Fitting(append(c.SecretPatterns(), c.CredentialFiles()...))
}

// SecretPatterns are the patterns of the files of secret values, of all hubs and of some.
func (c *Config) SecretPatterns() []string {
	var patterns []string
	for _, hub := range append([]string{""}, c.overridden()...) {
		for _, pattern := range c.For(hub).Layout.Secrets {
			if !slices.Contains(patterns, pattern) {
				patterns = append(patterns, pattern)
			}
		}
	}
	return patterns
}

// overridden lists the names and patterns of hubs that have settings of their own.
func (c *Config) overridden() []string {
	var hubs []string
	for _, settings := range c.Hubs {
		hubs = append(hubs, settings.Hubs)
	}
	return hubs
}
