package layout

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/pattern"
)

// Find returns the hubs among the names of a repository's files, sorted by their names; each once for each environment. It is an
// error if two are called the same.
func (s Settings) Find(names []string) ([]Place, error) {
	hubs, isDir := compile(s.Hubs), s.directories()
	var found []Place
	seen := map[Names]bool{}
	for _, name := range names {
		if !strings.HasPrefix(name, hubs.prefix) {
			continue
		}
		if isDir {
			name = path.Dir(name)
		}
		for at := name; at != "."; at = path.Dir(at) { // a directory is there where there is a file in it
			if n, fits := hubs.match(at); fits && !seen[n] && !s.Ignored(n) {
				seen[n] = true
				found = append(found, s.inEnvironments(Place{Names: n, At: at})...)
			}
		}
	}
	slices.SortFunc(found, func(a, b Place) int { return cmp.Compare(a.Name(), b.Name()) })
	for i := 1; i < len(found); i++ {
		if a, b := found[i-1], found[i]; a.Name() == b.Name() {
			return nil, fmt.Errorf("%s and %s are both hub %s: rename one", a.At, b.At, a.Name())
		}
	}
	return found, nil
}

// directories reports whether a hub is a directory, and no file: its pattern ends in a placeholder.
func (s Settings) directories() bool { return strings.HasSuffix(strings.TrimSuffix(s.Hubs, "/"), "}") }

// MakesAt reports whether these settings make of the place's path the hub of its names. Those of two branches can cut one name in several ways:
// west-dev-course is a hub of cluster west, or one of west-dev.
func (s Settings) MakesAt(p Place) bool {
	n, fits := compile(s.Hubs).match(p.At)
	return fits && slices.ContainsFunc(s.inEnvironments(Place{Names: n}), func(own Place) bool { return own.Names == p.Names })
}

// Fits returns the hub that a path makes, by the pattern of hubs, whether it is a file or a directory; no name if it makes none.
func (s Settings) Fits(name string) (hub string) {
	if n, fits := compile(s.Hubs).match(name); fits && !s.Ignored(n) {
		return n.Name()
	}
	return ""
}

// Makes reports whether the layout makes hubs with such names: in one of its environments, and on a cluster if the path of hubs says on
// which. Another layout can take one name apart in another way.
func (s Settings) Makes(n Names) bool {
	inOne := slices.ContainsFunc(s.Environments, func(e Environment) bool { return e.Name == n.Env })
	if len(s.Environments) == 0 {
		inOne = (n.Env != "") == Has(s.Hubs, "env")
	}
	return inOne && (n.Cluster != "") == Has(s.Hubs, "cluster")
}

// Root is the directory that all hubs lie below.
func (s Settings) Root() string { return Root(s.Hubs) }

// Root is the directory that all paths lie below which a pattern fits: "." for the repository itself.
func Root(pattern string) string {
	prefix := compile(pattern).prefix
	return path.Dir(prefix + "x")
}

// Ignored reports whether hubops.yaml says that this is no hub, or its name is hidden.
func (s Settings) Ignored(n Names) bool {
	return strings.HasPrefix(n.Hub, ".") || slices.ContainsFunc(s.Ignore, func(one string) bool { return pattern.Fits(one, n.Hub) || pattern.Fits(one, n.Name()) })
}

// inEnvironments returns the hub once for each environment. Where the pattern of hubs holds {env}, it has been found in one, and that
// counts if it is one of the environments.
func (s Settings) inEnvironments(p Place) []Place {
	if len(s.Environments) == 0 {
		return []Place{p}
	}
	var all []Place
	for _, environment := range s.Environments {
		if p.Env == "" || p.Env == environment.Name {
			one := p
			one.Env = environment.Name
			all = append(all, one)
		}
	}
	return all
}

// Fitting returns what reports whether one of the patterns fits a path.
func Fitting(patterns []string) func(name string) bool {
	matchers := make([]matcher, len(patterns))
	for i, pattern := range patterns {
		matchers[i] = compile(pattern)
	}
	return func(name string) bool {
		return slices.ContainsFunc(matchers, func(m matcher) bool {
			_, fits := m.match(name)
			return fits
		})
	}
}

// Glob returns a pattern of path.Match that fits all paths that the pattern fits, and perhaps more.
func Glob(pattern string) string {
	return placeholder.ReplaceAllString(strings.TrimSuffix(strings.TrimSuffix(pattern, optional), "/"), "*")
}

// Match returns what the placeholders stand for in a path that a pattern fits.
func Match(pattern, name string) (Names, bool) { return compile(pattern).match(name) }

// Fits reports whether the names, of which some may be missing, can be those of the hub.
func (n Names) Fits(hub Names) bool {
	return (n.Hub == "" || n.Hub == hub.Hub) && (n.Env == "" || n.Env == hub.Env) && (n.Cluster == "" || n.Cluster == hub.Cluster)
}

// ImageNames returns the names of the images in each of the directories that one of the patterns fits. One directory can be that of
// images with several names.
func ImageNames(patterns []Image, dirs []string) map[string][]string {
	names := map[string][]string{}
	for _, image := range patterns {
		for _, dir := range dirs {
			n, fits := Match(image.Dir, dir)
			if !fits {
				continue
			}
			name := imageName(image.Dir, dir, n)
			if image.Key != "" {
				name = keyedName(image, n)
			}
			if !slices.Contains(names[dir], name) {
				names[dir] = append(names[dir], name)
			}
		}
	}
	return names
}

// CommonRoot is the directory that all images lie below.
func CommonRoot(images []Image) string {
	common := ""
	for i, image := range images {
		root := Root(image.Dir)
		for i > 0 && common != "." && root != common && !strings.HasPrefix(root, common+"/") {
			common = path.Dir(common)
		}
		if i == 0 {
			common = root
		}
	}
	return common
}
