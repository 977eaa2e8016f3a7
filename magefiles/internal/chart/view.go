package chart

import (
	"context"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/secretdir"
)

// view is what a chart's directory holds: the name of each file in the chart, and the file of the repository that has its content.
// Links are followed, as helm follows them, but only to files of charts: helm would take Git's own files and those with secrets too.
type view map[string]string

// view looks at a directory of the repository.
func (c *Charts) view(ctx context.Context, dir string) (view, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if known := c.views[dir]; known != nil {
		return known, nil
	}
	from, err := c.follow(ctx, dir)
	if err != nil {
		return nil, err
	}
	if from != "." && secretdir.Reaches(from) {
		return nil, noPlace(dir, from)
	}
	v := view{}
	if err := c.look(ctx, v, "", from, nil); err != nil {
		return nil, err
	}
	c.views[dir] = v
	return v, nil
}

// noPlace is the error for a chart in a directory with secrets. The repository itself can be a hub's chart, without its secrets, and
// no other chart's part.
func noPlace(dir, from string) error {
	return exit.Input("%s: no place for a chart: whoever can read its release would have what lies in %s", dir, from).Try("move the chart to a directory of its own")
}

// look adds the files below the directory from, as if they lay in the chart's directory shown. above are the directories that it
// was linked from.
func (c *Charts) look(ctx context.Context, v view, shown, from string, above []string) error {
	if slices.ContainsFunc(above, func(dir string) bool { return dir == from || strings.HasPrefix(dir, from+"/") }) {
		return exit.Input("%s: a link in it leads to %s again", above[0], from).Try("remove the link")
	}
	for _, name := range c.files.Below(from) {
		if from == "." && secretdir.Reaches(name) || c.places.Hold(name) {
			continue // of a chart at the top of the repository, or one with its hub's secret values in it, that is no part
		}
		in := path.Join(shown, strings.TrimPrefix(name, from+"/"))
		target, is, err := c.files.Link(ctx, name)
		if err != nil {
			return err
		}
		if !is {
			v[in] = name
			continue
		}
		at, err := c.follow(ctx, name)
		switch {
		case err != nil:
			return err
		case !c.inChart(at):
			return exit.Input("%s: a link to %s, and %s lies in no chart: a link may lead to files of charts only", name, target, at).
				Try("copy the file here, or make the directory that it lies in a chart, with a Chart.yaml")
		case c.files.Has(at):
			v[in] = at
		case len(c.files.Below(at)) > 0:
			if err := c.look(ctx, v, in, at, append(above, from)); err != nil {
				return err
			}
		default:
			return exit.Input("%s: a link to %s: Git holds no such file", name, target).Try("add %s, or remove the link", at)
		}
	}
	return nil
}

// inChart reports whether a file or directory is part of a chart of the repository. A chart that holds the secrets would be none.
func (c *Charts) inChart(name string) bool {
	if c.places.Hold(name) {
		return false
	}
	for dir := name; dir != "."; dir = path.Dir(dir) {
		if c.files.Has(path.Join(dir, "Chart.yaml")) {
			return true
		}
	}
	return false
}

// longestWay is how many links a name may lead through.
const longestWay = 40

// follow returns where a name leads, through all links on its way. Bad input is a link that leads out of the repository.
func (c *Charts) follow(ctx context.Context, name string) (string, error) {
	at := name
	for range longestWay {
		next, moved, err := c.step(ctx, at)
		if err != nil || !moved {
			return at, err
		}
		at = next
	}
	return "", exit.Input("%s: a link that leads to itself", name).Try("remove it")
}

// step follows the first link in a name.
func (c *Charts) step(ctx context.Context, name string) (next string, moved bool, err error) {
	for end := range len(name) + 1 {
		if end < len(name) && name[end] != '/' {
			continue
		}
		target, is, err := c.files.Link(ctx, name[:end])
		if err != nil {
			return "", false, err
		}
		if !is {
			continue
		}
		next = path.Join(path.Dir(name[:end]), target, name[end:])
		if path.IsAbs(target) || !filepath.IsLocal(next) {
			return "", false, exit.Input("%s: a link to %s: its path escapes the repository", name[:end], target).Try("copy the file here")
		}
		return next, true, nil
	}
	return name, false, nil
}

// sources lists the files of the repository that a view consists of.
func (v view) sources() []string {
	var names []string
	for _, source := range v {
		names = append(names, source)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// names lists the files of the chart, sorted.
func (v view) names() []string {
	var names []string
	for name := range v {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
