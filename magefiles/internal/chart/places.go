package chart

import (
	"context"
	"path"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/yamldoc"
)

// Place is where a file of the repository has a text.
type Place struct {
	File         string
	Line, Column int // from 1
	Text         string
}

// Written is a dependency that is fetched, with the places that name its version.
type Written struct {
	Resolved
	At   Place
	Lock Place // in the lock file; no line if there is none
}

// Written lists what the chart itself fetches. Charts that lie in it are somebody else's, and charts of the repository have their own trees.
func (c *Charts) Written(ctx context.Context, t *Tree) ([]Written, error) {
	if t.IsPublished() {
		return nil, nil
	}
	part := t.Parts[len(t.Parts)-1]
	places, err := c.versionsIn(ctx, t, "Chart.yaml", "requirements.yaml")
	if err != nil {
		return nil, err
	}
	locked, err := c.versionsIn(ctx, t, lockOf(t))
	if err != nil {
		return nil, err
	}
	var all []Written
	for i, depends := range part.Depends {
		if !part.fetches(depends) || i >= len(places) {
			continue
		}
		written := Written{Resolved: depends, At: places[i].Place}
		for _, lock := range locked {
			if lock.name == depends.Name && lock.repository == depends.Repository {
				written.Lock = lock.Place
			}
		}
		all = append(all, written)
	}
	return all, nil
}

// lockOf is the name of a chart's lock file.
func lockOf(t *Tree) string {
	if t.Chart.APIVersion == "v1" {
		return "requirements.lock"
	}
	return "Chart.lock"
}

// LockFiles are the files that the digest of a lock file is made of, the one with the dependencies and the lock file itself; "" if there is none.
func (t *Tree) LockFiles() (dependencies, lock string) {
	dependencies = t.files["Chart.yaml"]
	if own := t.files["requirements.yaml"]; own != "" {
		dependencies = own
	}
	return dependencies, t.files[lockOf(t)]
}

func (p Part) fetches(d Resolved) bool {
	for _, need := range p.Needs {
		if need.Local == nil && need.Resolved == d {
			return true
		}
	}
	return false
}

// versionPlace is where a list of dependencies has a version, and whose that is.
type versionPlace struct {
	Place
	name, repository string
}

// versionsIn finds the versions in the first of these files that lists dependencies.
func (c *Charts) versionsIn(ctx context.Context, t *Tree, names ...string) ([]versionPlace, error) {
	for _, name := range names {
		file := t.files[name]
		if file == "" {
			continue
		}
		top, err := c.document(ctx, file)
		if err != nil {
			return nil, err
		}
		if places := versionPlaces(file, top); len(places) > 0 {
			return places, nil
		}
	}
	return nil, nil
}

func versionPlaces(file string, top *yaml.Node) []versionPlace {
	if top == nil || top.Kind != yaml.MappingNode {
		return nil
	}
	list := valueOf(top, "dependencies")
	if list == top || list.Kind != yaml.SequenceNode {
		return nil
	}
	var places []versionPlace
	for _, one := range list.Content {
		var d Dependency
		if err := yamldoc.Decode(file, one, &d); err != nil {
			return nil
		}
		version := valueOf(one, "version")
		if version == one { // it has none
			version = &yaml.Node{}
		}
		places = append(places, versionPlace{Place{path.Clean(file), version.Line, version.Column, version.Value}, d.Name, d.Repository})
	}
	return places
}
