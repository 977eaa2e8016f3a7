// Package preview tells what a change makes of each hub, against the commit that it is to be merged into: the objects that its chart renders, what
// that means for users, and how its images grow. It asks no cluster and reads no secret value, so a pull request may see all of it. What a run
// knows of its own commit goes in, documents come out; nothing is changed. Package ops/pipeline calls it.
//
//	before, err := now.At(ctx, base)               // now is a Side: this run's own commit
//	diffs, err := preview.Diffs(ctx, before, now)  // of the hubs that change
//	grown := preview.Images(ctx, before, now)
package preview

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/connect"
	"hub-ops/magefiles/internal/document"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/kube/manifest"
	"hub-ops/magefiles/internal/session"
	"hub-ops/magefiles/internal/survey"
)

// Side is one of the two commits, with what is known of it.
type Side struct {
	Session  *session.Session
	To       *connect.Connections
	Surveyor *survey.Surveyor
	Found    *survey.Survey // all hubs
}

// At lays a commit out beside the repository, and surveys it: by its own hubops.yaml, and without any credential.
func (s Side) At(ctx context.Context, commit string) (Side, error) {
	root, err := s.Found.Repo.Lay(ctx, commit, filepath.Join(s.Session.Scratch, "base"))
	if err != nil {
		return Side{}, err
	}
	other, err := s.Session.OfBase(root)
	if err != nil {
		return Side{}, err
	}
	s.Session.OnClose(other.Close)
	to := connect.New(other)
	base := Side{Session: other, To: to, Surveyor: survey.New(other, to)}
	base.Found, err = base.Surveyor.Of(ctx)
	return base, err
}

// hub is a hub of the commit; false if it has none of that name.
func (s Side) hub(name string) (hub.Hub, bool) {
	at := slices.IndexFunc(s.Found.Hubs, func(h hub.Hub) bool { return h.Name == name })
	if at < 0 {
		return hub.Hub{}, false
	}
	return s.Found.Hubs[at], true
}

// pair is what is compared.
type pair struct {
	before, now Side
	against     string
}

// Diffs returns what changes of each hub, by their names; hubs of which nothing changes are left out. What cannot be rendered says why.
func Diffs(ctx context.Context, before, now Side) ([]document.Diff, error) {
	p := pair{before, now, fmt.Sprintf("commit %.12s, without secret values", before.Found.Head.Hash)}
	var names []string
	for _, h := range slices.Concat(before.Found.Hubs, now.Found.Hubs) {
		names = append(names, h.Name)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	all := make([]document.Diff, len(names))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(now.Session.Config.AtATime())
	for i, name := range names {
		group.Go(func() (err error) {
			all[i], err = p.diff(ctx, name)
			return err
		})
	}
	err := group.Wait()
	return slices.DeleteFunc(all, func(d document.Diff) bool { return d.Hub == "" }), err
}

// diff compares one hub. It is empty if nothing changes.
func (p pair) diff(ctx context.Context, name string) (document.Diff, error) {
	doc := document.Diff{Version: document.Version, Kind: document.DiffKind, Hub: name, Against: p.against}
	was, before := p.before.hub(name)
	is, now := p.now.hub(name)
	switch {
	case !now:
		doc.Unchanged = true
		doc.State = "no longer in the repository; its release stays, with the users' data, until 'mage remove:hub " + name + "' removes it"
		return doc, nil
	case !before:
		doc.State = "new"
	default:
		changed, err := p.changed(ctx, was, is)
		if err != nil || len(changed) == 0 {
			return document.Diff{}, err
		}
		doc.State = "changes: " + strings.Join(changed, ", ")
		if slices.Contains(changed, secretValues) {
			doc.Unknown = "what the changed secret values change is not known here"
		}
	}
	objects, err := p.render(ctx, name)
	if err != nil {
		if ctx.Err() != nil {
			return doc, err
		}
		first, _, _ := strings.Cut(exit.Cause(err), "\n")
		doc.Unknown = "it cannot be rendered without cluster and secret values: " + first
		return doc, nil
	}
	doc.Users = manifest.Impact(objects.before, objects.now) // first: the diff masks what it shows
	for _, change := range manifest.Diff(objects.before, objects.now) {
		shown := document.Change{Object: change.Object, Action: change.Action}
		if change.Action == "changed" {
			shown.Diff = change.Diff
		}
		doc.Changes = append(doc.Changes, shown)
	}
	return doc, nil
}

// secretValues is what a change of files with secret values is called, as the plan calls it.
const secretValues = "secret values"

// secretsDiffer compares files with secret values as they are committed.
func (p pair) secretsDiffer(ctx context.Context, was, is []string) (bool, error) {
	if !slices.Equal(was, is) {
		return true, nil
	}
	for _, name := range is {
		before, err := p.before.Found.Repo.Committed(ctx, name)
		if err != nil {
			return false, err
		}
		now, err := p.now.Found.Repo.Committed(ctx, name)
		if err != nil || !bytes.Equal(before, now) {
			return true, err
		}
	}
	return false, nil
}

// changed names the parts in which a hub differs, as the plan does.
func (p pair) changed(ctx context.Context, was, is hub.Hub) ([]string, error) {
	before, err := p.before.Surveyor.Record(ctx, p.before.Found.FactsOf(was.Name), was, nil)
	if err != nil {
		return nil, err
	}
	now, err := p.now.Surveyor.Record(ctx, p.now.Found.FactsOf(is.Name), is, nil)
	if err != nil {
		return nil, err
	}
	before.Secrets, now.Secrets = "", "" // which have no key here
	changed := before.Changed(now)
	differ, err := p.secretsDiffer(ctx, was.Secrets, is.Secrets)
	if err != nil {
		return nil, err
	}
	if differ {
		changed = append(changed, secretValues)
	}
	if was.At != is.At {
		changed = append(changed, "where its release is")
	}
	return changed, nil
}
