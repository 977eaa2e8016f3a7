// Package dependencies edits which versions the repository names. In goes what hubs fetch and are built on, and what is published of it; out
// come edits that are shown, and that are committed where they are meant, a commit a wave, or charts.sum with the digests of charts.
package dependencies

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/bump"
	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/ui"
)

// bumping is a run that looks for newer versions, shows the edits, and commits them.
type bumping struct {
	*run.Run
	repo    *git.Repo
	files   *git.Snapshot
	waves   map[string]int // of each hub
	changes []bump.Change
	left    []string // what is not bumped, with the reason
	failed  []error  // who did not answer
	within  bump.Within
	as      *asRead // what is to be edited
}

// newBumping refuses a repository in the middle of something.
func newBumping(ctx context.Context, r *run.Run) (b *bumping, hubs []hub.Hub, err error) {
	b = &bumping{Run: r, waves: map[string]int{}, within: bump.Within(r.Config.Bump)}
	if err := b.open(ctx); err != nil {
		return b, nil, err
	}
	if hubs, err = r.Surveyor.Hubs(ctx); err != nil {
		return b, nil, err
	}
	if err := r.LockCheckout(); err != nil {
		return b, nil, err
	}
	return b, hubs, b.sort(hubs)
}

// open looks at the repository.
func (b *bumping) open(ctx context.Context) (err error) {
	if b.repo, err = b.To.Git(ctx); err != nil {
		return err
	}
	what, end, err := b.repo.Underway(ctx)
	if err != nil {
		return err
	}
	if what != "" {
		return exit.Input("the repository is in the midst of %s: nothing is committed into it", what).Try("end it first, or give it up with '%s'", end)
	}
	if b.as, err = remember(ctx, b.Config.Root, b.repo); err != nil {
		return err
	}
	b.files, err = b.To.Files(ctx)
	return err
}

// sort finds the wave of each hub, over all rounds and clusters: what reaches users later is committed later.
func (b *bumping) sort(hubs []hub.Hub) error {
	const most = 1000 // waves of a round
	var inRounds []plan.RoundHub
	for _, h := range hubs {
		b.waves[h.Name] = plan.WaveOf(b.Config.On(h.At.Cluster).Waves, h.Name)
		inRounds = append(inRounds, plan.RoundHub{Name: h.Name, Cluster: h.At.Cluster})
	}
	if len(b.Config.Rounds) == 0 || len(hubs) == 0 {
		return nil
	}
	sorted, err := plan.InRounds(b.Config.Rounds, inRounds)
	for _, one := range sorted {
		b.waves[one.Name] += one.Round * most
	}
	return err
}

// add notes a change of one hub. The same edits of several hubs are one change, in the first of their waves.
func (b *bumping) add(change bump.Change, hub string) {
	same := func(other bump.Change) bool { return slices.Equal(other.Edits, change.Edits) }
	if at := slices.IndexFunc(b.changes, same); at >= 0 {
		known := &b.changes[at]
		if !slices.Contains(known.Hubs, hub) {
			known.Hubs, known.Wave = append(known.Hubs, hub), min(known.Wave, b.waves[hub])
		}
		return
	}
	change.Hubs, change.Wave = []string{hub}, b.waves[hub]
	b.changes = append(b.changes, change)
}

// commit is one commit: the files as they are to be.
type commit struct {
	changes  []bump.Change
	contents map[string][]byte
}

// finish shows the changes, asks whether they are meant, and makes a commit a wave. further edits what follows from the changes of a wave.
func (b *bumping) finish(ctx context.Context, further func(ctx context.Context, c *commit) error) error {
	for _, sentence := range b.left {
		b.Console.Info("", "left as it is: %s", sentence)
	}
	for _, err := range b.failed {
		b.Console.Problem("", "%v", err)
	}
	if len(b.changes) == 0 {
		b.Console.Result("nothing to bump: no newer version fits")
		return b.unanswered()
	}
	commits, err := b.commits(ctx, further)
	if err != nil {
		return err
	}
	b.show(commits)
	meant, err := b.meant(ctx, len(commits))
	if err != nil || !meant {
		return errors.Join(err, b.unanswered())
	}
	if err := b.makeAll(ctx, commits); err != nil {
		return err
	}
	return b.unanswered()
}

// makeAll makes the commits, unless somebody has changed what they are about meanwhile.
func (b *bumping) makeAll(ctx context.Context, commits []commit) error {
	var names []string
	for _, c := range commits {
		names = slices.AppendSeq(names, maps.Keys(c.contents))
	}
	if err := b.as.check(ctx, b.repo, names...); err != nil {
		return err
	}
	for _, c := range commits {
		if err := b.make(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// unanswered is the error of a run in which somebody did not answer; each was told before.
func (b *bumping) unanswered() error {
	if len(b.failed) == 0 {
		return nil
	}
	return exit.Errorf(exit.Setup, "%d of those that were asked did not answer, so what they have was not bumped", len(b.failed)).Try("see above; the others were looked at")
}

// commits makes the contents of the files, wave by wave. A file with changes of somebody's is refused.
func (b *bumping) commits(ctx context.Context, further func(context.Context, *commit) error) ([]commit, error) {
	now := map[string][]byte{}
	var commits []commit
	for _, changes := range bump.Waves(b.changes) {
		c := commit{changes: changes, contents: map[string][]byte{}}
		for _, file := range bump.Files(changes) {
			content, err := b.content(ctx, now, file)
			if err != nil {
				return nil, err
			}
			if c.contents[file], err = bump.Apply(file, content, changes); err != nil {
				return nil, err
			}
		}
		if err := further(ctx, &c); err != nil {
			return nil, err
		}
		maps.Copy(now, c.contents)
		commits = append(commits, c)
	}
	return commits, b.checkClean(ctx, now)
}

// content is a file as the commits so far leave it.
func (b *bumping) content(ctx context.Context, now map[string][]byte, file string) ([]byte, error) {
	if content, known := now[file]; known {
		return content, nil
	}
	contents, err := b.files.Read(ctx, file)
	return contents[file], err
}

// checkClean refuses to edit files that have changes which are not committed, or whose bytes in the working tree are others than Git's.
func (b *bumping) checkClean(ctx context.Context, contents map[string][]byte) error {
	var names []string
	for name := range contents {
		names = append(names, name)
	}
	slices.Sort(names)
	if err := b.as.read(names...); err != nil { // before Git is asked whether they are what is committed
		return err
	}
	changed, err := b.repo.Changed(ctx, names...)
	if err != nil {
		return err
	}
	if len(changed) > 0 {
		return exit.Input("%s: it has changes that are not committed, and would be edited", strings.Join(changed, ", ")).Try("commit them, or undo them")
	}
	for _, name := range names {
		if b.files.LinkOn(name) != "" {
			return exit.Input("%s lies behind a link, and would be edited", name).Try("edit it by hand")
		}
	}
	return nil
}

// show is the preview.
func (b *bumping) show(commits []commit) {
	for i, c := range commits {
		if len(commits) > 1 {
			b.Console.Result("wave %d of %d: %s", i+1, len(commits), strings.SplitN(bump.Message(c.changes), "\n", 2)[0])
		}
		for _, change := range c.changes {
			for _, edit := range change.Edits {
				b.Console.Result("%s:%d: %s: %s becomes %s (%s)", edit.File, edit.Line, change.What, change.From, change.To, strings.Join(change.Hubs, ", "))
			}
			if change.Notes != "" {
				b.Console.Result("  what is new: %s", change.Notes)
			}
		}
	}
}

// meant asks whether the commits are to be made.
func (b *bumping) meant(ctx context.Context, count int) (bool, error) {
	meant, asked, err := b.To.Ask(ctx, fmt.Sprintf("commit that, in %s?", ui.Counted(count, "commit")))
	if err == nil && !asked {
		b.Console.Result("nothing was changed: YES=1 edits these files, and makes %s", ui.Counted(count, "commit"))
	}
	if err == nil && asked && !meant {
		b.Console.Result("nothing was changed")
	}
	return meant, err
}

// make writes the files of a commit, and commits them. If that fails, the files are as they were, but for those that somebody has changed meanwhile,
// a hook of the repository for example: they are named.
func (b *bumping) make(ctx context.Context, c commit) error {
	names := slices.Sorted(maps.Keys(c.contents))
	if err := b.as.check(ctx, b.repo, names...); err != nil {
		return err
	}
	restore := func(failed error) error {
		var left []string
		for _, name := range names {
			now, err := b.as.now(name)
			switch {
			case err == nil && same(now, b.as.bytes[name]): // it was not written yet
			case err == nil && same(now, c.contents[name]) && b.as.putBack(name) == nil:
			default:
				left = append(left, name)
			}
		}
		if len(left) == 0 {
			return failed
		}
		return exit.Input("%s: %s stays as a hook or somebody else has made it", exit.Cause(failed), strings.Join(left, ", ")).Try("'git restore %s' gives back what was there", strings.Join(left, " "))
	}
	for _, name := range names {
		err := b.as.checkFiles(name)
		if err == nil {
			err = replace(b.as.path(name), string(c.contents[name]))
		}
		if err != nil {
			return restore(err)
		}
	}
	message := bump.Message(c.changes)
	if err := b.repo.Commit(ctx, message, names...); err != nil {
		return restore(err)
	}
	b.Console.Result("committed: %s", strings.SplitN(message, "\n", 2)[0])
	head, err := b.repo.Head(ctx)
	b.as.head = head.Hash
	return errors.Join(err, b.as.read(names...))
}

// publishedAt is where the version of a hub's chart stands that is no directory of the repository.
func publishedAt(h hub.Hub) chart.Place {
	return chart.Place{File: "hubops.yaml", Line: h.PublishedAt, Text: h.Published.Version}
}
