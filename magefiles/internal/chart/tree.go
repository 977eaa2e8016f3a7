package chart

import (
	"context"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/exit"
)

// Tree is a chart of the repository with all that it is made from, to any depth.
type Tree struct {
	Chart Chart
	Dir   string // in the repository
	// Parts are the charts that lie unpacked in its directory charts, the deepest first; the last one is the chart itself.
	Parts []Part

	files view
}

// Part is a chart that lies in a Tree.
type Part struct {
	Place    string     // in the tree: "" for the tree's own, or "charts/x"
	File     string     // its Chart.yaml: a file of the repository
	Depends  []Resolved // what it depends on, as its file has it
	Vendored []Vendored // what is in its directory charts, in Git
	Needs    []Need     // what it depends on and does not have there
}

// Need is a dependency that helm fetches, or packs from a directory of the repository.
type Need struct {
	Resolved
	Local *Tree // nil: it is fetched
}

// Published is the tree of a chart that is published: it holds no file, and needs that chart alone.
func Published(from Dependency) *Tree {
	need := resolved(from)
	return &Tree{
		Chart: Chart{APIVersion: "v2", Name: from.Name, Version: from.Version},
		Parts: []Part{{File: "hubops.yaml", Depends: []Resolved{need}, Needs: []Need{{Resolved: need}}}},
	}
}

// IsPublished reports whether the tree is that of a published chart.
func (t *Tree) IsPublished() bool { return t.Dir == "" }

// Tree reads the chart in a directory of the repository, and those that it depends on. Bad input is a dependency of which it is not
// certain what helm would take.
func (c *Charts) Tree(ctx context.Context, dir string) (*Tree, error) { return c.tree(ctx, dir, nil) }

// tree is Tree for a chart that the charts in the directories above depend on.
func (c *Charts) tree(ctx context.Context, dir string, above []string) (*Tree, error) {
	c.mu.Lock()
	known := c.trees[dir]
	c.mu.Unlock()
	if known != nil {
		return known, nil
	}
	if path.Clean(dir) == "." && len(above) > 0 {
		return nil, noPlace(dir, dir)
	}
	if slices.Contains(above, dir) {
		return nil, exit.Input("chart %s depends on itself: %s", dir, strings.Join(append(above, dir), " -> "))
	}
	v, err := c.view(ctx, dir)
	if err != nil {
		return nil, err
	}
	if v["Chart.yaml"] == "" {
		return nil, exit.Input("%s: no chart: Git holds no Chart.yaml there", dir)
	}
	if err := c.files.Check(c.files.Below(dir)...); err != nil {
		return nil, err
	}
	t := &Tree{Dir: dir, files: maps.Clone(v)}
	if err := c.addPart(ctx, t, "", append(slices.Clone(above), dir)); err != nil {
		return nil, err
	}
	if err := c.files.Check(t.Sources()...); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.trees[dir] = t
	return t, nil
}

// addPart adds the chart at a place of the tree, after those that lie in it.
func (c *Charts) addPart(ctx context.Context, t *Tree, place string, above []string) error {
	chart, err := c.read(ctx, t.files, place)
	if err != nil {
		return err
	}
	if place == "" {
		t.Chart = chart
	}
	p := Part{Place: place, File: t.files[path.Join(place, "Chart.yaml")]}
	if p.Vendored, err = c.vendored(ctx, t.files, place, chart.Dependencies); err != nil {
		return err
	}
	for _, name := range t.files.names() {
		below, inside := strings.CutPrefix(name, path.Join(place, "charts")+"/")
		if inside && strings.Count(below, "/") == 1 && path.Base(below) == "Chart.yaml" && !hidden(below) {
			if err := c.addPart(ctx, t, path.Dir(name), above); err != nil {
				return err
			}
		}
	}
	if p.Depends, err = c.resolve(ctx, t.files, place, chart); err != nil {
		return err
	}
	for _, dependency := range p.Depends {
		if err := c.addNeed(ctx, t, &p, dependency, above); err != nil {
			return err
		}
	}
	t.Parts = append(t.Parts, p)
	return p.checkSources()
}

// addNeed adds what a dependency needs: nothing, if it is vendored.
func (c *Charts) addNeed(ctx context.Context, t *Tree, p *Part, dependency Resolved, above []string) error {
	from, err := c.directory(t, p, dependency)
	if err != nil {
		return err
	}
	if from != "" {
		return c.addLocal(ctx, t, p, dependency, from, above)
	}
	fitting, others := p.vendored(dependency)
	switch {
	case len(fitting) > 1:
		return exit.Input("%s: dependency %s: both %s and %s fit: helm takes either", p.File, dependency.Name, fitting[0].File, fitting[1].File).Try("remove one")
	case len(fitting) == 0 && len(others) > 0:
		return exit.Input("%s has version %s, and %s wants %s", others[0].File, others[0].Version, p.File, dependency.Version).
			Try("run 'helm dependency update %s' and commit what it writes, or remove %s from Git", path.Join(t.Dir, p.Place), others[0].File)
	case len(fitting) == 1:
		return nil
	case dependency.Repository == "":
		return exit.Input("%s: dependency %s has no repository, and Git holds no such chart in %s", p.File, dependency.Name, path.Join(t.Dir, p.Place, "charts")).
			Try("add it there, with 'git add --force' if .gitignore has that directory, or name its repository")
	}
	p.Needs = append(p.Needs, Need{Resolved: dependency})
	return nil
}

// directory returns the directory of a dependency that is a chart of the repository. It is "" for one that is fetched, or that lies in
// the directory charts.
func (c *Charts) directory(t *Tree, p *Part, dependency Resolved) (string, error) {
	relative, local := strings.CutPrefix(dependency.Repository, "file://")
	if !local {
		return "", nil
	}
	from := path.Join(t.Dir, p.Place, relative)
	if path.IsAbs(relative) || !filepath.IsLocal(from) {
		return "", exit.Input("%s: dependency %s: %s leads out of the repository", p.File, dependency.Name, dependency.Repository).
			Try("copy the chart into the repository, and name it by a path that is relative to %s, such as file://../../common", path.Join(t.Dir, p.Place))
	}
	if strings.HasPrefix(from, path.Join(t.Dir, p.Place, "charts")+"/") {
		return "", nil
	}
	return from, nil
}

// addLocal adds a chart of the repository. An archive of it that Git holds in charts does not count, as helm dependency update would
// replace it.
func (c *Charts) addLocal(ctx context.Context, t *Tree, p *Part, dependency Resolved, from string, above []string) error {
	local, err := c.tree(ctx, from, above)
	if err != nil {
		return exit.Errorf(exit.BadInput, "%s: dependency %s: %w", p.File, dependency.Name, err)
	}
	switch {
	case local.Chart.Name != dependency.Name:
		return exit.Input("%s: dependency %s: the chart in %s has the name %s", p.File, dependency.Name, from, local.Chart.Name)
	case !Fits(dependency.Version, local.Chart.Version):
		return exit.Input("%s: dependency %s: the chart in %s has version %s, and %q is wanted", p.File, dependency.Name, from, local.Chart.Version, dependency.Version)
	}
	p.Vendored = slices.DeleteFunc(p.Vendored, func(v Vendored) bool {
		replaced := v.Name == dependency.Name && v.Archive
		if replaced {
			maps.DeleteFunc(t.files, func(_, source string) bool { return source == v.File })
		}
		return replaced
	})
	if fitting, _ := p.vendored(dependency); len(fitting) > 0 {
		return exit.Input("%s: dependency %s: both %s and %s fit: helm takes either", p.File, dependency.Name, fitting[0].File, from).Try("remove one")
	}
	p.Needs = append(p.Needs, Need{Resolved: dependency, Local: local})
	return nil
}

// vendored finds the charts in charts that a dependency can be, and those of its name that no dependency can be.
func (p *Part) vendored(dependency Resolved) (fitting, others []Vendored) {
	for _, v := range p.Vendored {
		switch {
		case v.Name != dependency.Name:
		case p.fits(dependency.Name, v.Version, dependency):
			fitting = append(fitting, v)
		case !slices.ContainsFunc(p.Depends, func(d Resolved) bool { return p.fits(v.Name, v.Version, d) }):
			others = append(others, v)
		}
	}
	return fitting, others
}

func (p *Part) fits(name, version string, dependency Resolved) bool {
	return name == dependency.Name && Fits(dependency.Version, version)
}

// checkSources refuses two charts of one name and version from two places: helm keeps one of them.
func (p *Part) checkSources() error {
	version := map[string]Resolved{}
	for _, need := range p.Depends {
		key := need.Name + " " + strings.TrimPrefix(p.versionOf(need), "v")
		other, there := version[key]
		if there && other.Repository != need.Repository {
			return exit.Input("%s: dependency %s comes from %q and from %q: helm keeps one of them", p.File, key, other.Repository, need.Repository).
				Try("give one of the two charts another name or version")
		}
		version[key] = need
	}
	return nil
}

func (p *Part) versionOf(dependency Resolved) string {
	for _, need := range p.Needs {
		if need.Local != nil && need.Dependency == dependency.Dependency {
			return need.Local.Chart.Version
		}
	}
	return dependency.Version
}

// Depends returns what the chart itself depends on.
func (t *Tree) Depends() []Resolved { return t.Parts[len(t.Parts)-1].Depends }

// Locked reports whether the chart has a lock file, which fixes the versions of what it depends on.
func (t *Tree) Locked() bool {
	return t.files["Chart.lock"] != "" || t.files["requirements.lock"] != ""
}

// Each calls visit for the tree, and for each chart of the repository that it depends on, once.
func (t *Tree) Each(visit func(*Tree)) { t.each(map[string]bool{}, visit) }

func (t *Tree) each(seen map[string]bool, visit func(*Tree)) {
	if seen[t.Dir] {
		return
	}
	seen[t.Dir] = true
	visit(t)
	for _, part := range t.Parts {
		for _, need := range part.Needs {
			if need.Local != nil {
				need.Local.each(seen, visit)
			}
		}
	}
}

// Dirs lists the directories of the tree, and of the charts of the repository that it depends on.
func (t *Tree) Dirs() []string {
	var dirs []string
	t.Each(func(t *Tree) {
		if !t.IsPublished() {
			dirs = append(dirs, t.Dir)
		}
	})
	return dirs
}

// Sources lists the files of the repository that the tree is made from.
func (t *Tree) Sources() []string {
	var names []string
	t.Each(func(t *Tree) { names = append(names, t.files.sources()...) })
	return names
}
