package dependencies

import (
	"context"
	"fmt"
	"path"
	"slices"

	"hub-ops/magefiles/internal/bump"
	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/helm/published"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/ui"
)

// BumpCharts looks for the newest version that fits of each chart that hubs fetch, shows the edits and, where they are meant, commits them: a
// commit a wave.
func BumpCharts(ctx context.Context) error {
	r := run.Of(ctx)
	b, hubs, err := newBumping(ctx, r)
	if err != nil {
		return err
	}
	c := &chartBump{bumping: b, known: map[chart.Dependency]*published.Versions{}}
	if c.charts, err = r.To.Charts(ctx); err != nil {
		return err
	}
	registry, err := r.To.Registry(ctx)
	if err != nil {
		return err
	}
	c.source = published.Source{Registry: registry.Options}
	stop := r.Console.Beat(ui.Heartbeat, "asking where charts are published")
	for _, h := range hubs {
		if err := c.look(ctx, h); err != nil {
			stop()
			return err
		}
	}
	stop()
	if err := c.wanting(ctx); err != nil {
		return err
	}
	return b.finish(ctx, c.follow)
}

// chartBump looks for newer charts.
type chartBump struct {
	*bumping
	charts *chart.Charts
	source published.Source
	known  map[chart.Dependency]*published.Versions // without a version; nil: it did not answer
	trees  []*chart.Tree                            // with a lock file
	wanted []chart.Fetched                          // what hubs fetch, as the commits so far leave it
	pins   *chart.Pins                              // likewise; nil as Git holds them
}

// isEdited reports whether a change is about what that Chart.yaml wants: it, its lock file and requirements.yaml lie in one directory.
func isEdited(one chart.Fetched, change bump.Change) bool {
	return slices.ContainsFunc(change.Edits, func(edit bump.Edit) bool { return path.Dir(edit.File) == path.Dir(one.File) })
}

// look looks at what one hub fetches.
func (c *chartBump) look(ctx context.Context, h hub.Hub) error {
	if h.Published != nil {
		c.dependency(ctx, h, chart.Written{Resolved: chart.Published(*h.Published).Depends()[0], At: publishedAt(h)})
		return nil
	}
	tree, err := c.Surveyor.Tree(ctx, h)
	if err != nil {
		return err
	}
	var failed error
	tree.Each(func(t *chart.Tree) {
		all, err := c.charts.Written(ctx, t)
		if err != nil && failed == nil {
			failed = err
		}
		if _, lock := t.LockFiles(); lock != "" && !slices.Contains(c.trees, t) {
			c.trees = append(c.trees, t)
		}
		for _, one := range all {
			c.dependency(ctx, h, one)
		}
	})
	return failed
}

// dependency looks for a newer version of one dependency.
func (c *chartBump) dependency(ctx context.Context, h hub.Hub, d chart.Written) {
	versions := c.versions(ctx, d.Dependency)
	if versions == nil {
		return
	}
	edit := func(at chart.Place, to string) bump.Edit {
		return bump.Edit{File: at.File, Line: at.Line, Column: at.Column, Old: at.Text, New: to}
	}
	change := bump.Change{What: "chart " + d.Name, From: d.Version}
	newest, found := "", false
	switch {
	case d.Wanted == d.Version && d.Exact:
		newest, found = bump.Chart(d.Version, versions.List, c.within)
		change.Edits = []bump.Edit{edit(d.At, newest)}
		if d.Lock.Line > 0 { // helm fetches what the lock file says
			change.Edits = append(change.Edits, edit(d.Lock, newest))
		}
	case d.Lock.Line > 0:
		newest, found = bump.Locked(d.Wanted, d.Version, versions.List, c.within)
		change.Edits = []bump.Edit{edit(d.Lock, newest)}
	default:
		c.leave(fmt.Sprintf("%s:%d: %s is a range, and no lock file chooses from it: each deploy takes the newest", d.At.File, d.At.Line, d.Wanted))
	}
	if !found {
		return
	}
	change.To, change.Notes = newest, versions.Notes(ctx, newest)
	c.add(change, h.Name)
}

func (b *bumping) leave(sentence string) {
	if !slices.Contains(b.left, sentence) {
		b.left = append(b.left, sentence)
	}
}

// versions asks for the versions of a chart, once; nil if there is no answer.
func (c *chartBump) versions(ctx context.Context, d chart.Dependency) *published.Versions {
	d.Version = ""
	if known, asked := c.known[d]; asked {
		return known
	}
	versions, err := c.source.Versions(ctx, d)
	if err != nil {
		c.known[d] = nil
		c.failed = append(c.failed, err)
		return nil
	}
	c.known[d] = &versions
	return &versions
}

// wanting lists what all hubs fetch, which is what charts.sum pins.
func (c *chartBump) wanting(ctx context.Context) (err error) {
	c.wanted, err = fetched(ctx, c.Run)
	return err
}

// follow edits what follows from the changes of a wave: the digests of lock files, and the pins.
func (c *chartBump) follow(ctx context.Context, made *commit) error {
	for _, tree := range c.trees {
		dependencies, lock := tree.LockFiles()
		if made.contents[dependencies] == nil && made.contents[lock] == nil {
			continue
		}
		if err := c.relock(ctx, made, dependencies, lock); err != nil {
			return err
		}
	}
	return c.repin(ctx, made)
}

func (c *chartBump) relock(ctx context.Context, made *commit, dependencies, lock string) error {
	for _, file := range []string{dependencies, lock} {
		if made.contents[file] == nil {
			content, err := c.content(ctx, nil, file)
			if err != nil {
				return err
			}
			made.contents[file] = content
		}
	}
	content, err := chart.Relock(made.contents[dependencies], made.contents[lock])
	made.contents[lock] = content
	return err
}

// repin pins what the hubs fetch after a wave, where charts are pinned.
func (c *chartBump) repin(ctx context.Context, made *commit) error {
	pins, err := c.charts.Pins(ctx)
	if err != nil || !pins.There {
		return err
	}
	if c.pins != nil {
		pins = *c.pins
	}
	for _, change := range made.changes {
		for i, one := range c.wanted {
			if "chart "+one.Name == change.What && one.Version == change.From && isEdited(one, change) {
				c.wanted[i].Version, c.wanted[i].Wanted = change.To, change.To
			}
		}
	}
	now, err := pin(ctx, c.Run, pins, c.wanted)
	if err != nil {
		return err
	}
	c.pins = &now
	made.contents[chart.PinsFile] = []byte(now.Text())
	return nil
}
