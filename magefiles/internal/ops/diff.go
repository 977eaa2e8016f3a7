package ops

import (
	"context"

	"hub-ops/magefiles/internal/document"
)

// DiffHub shows what a deploy would change in the cluster, object by object; it changes nothing.
func DiffHub(ctx context.Context, name string) error {
	r := runOf(ctx)
	found, err := r.surveyor.Of(ctx, name)
	if err != nil {
		return err
	}
	found = r.surveyor.Parts(found)[0] // it is one hub
	releases, err := r.releasesOn(ctx, found)
	var diff document.Diff
	if err == nil {
		err = r.surveyor.AskClusterToDeploy(ctx, found)
	}
	if err == nil {
		diff, err = releases.Diff(ctx, found, found.Hubs[0])
	}
	if err != nil {
		return inCluster(found, err)
	}
	return r.present(diff, func() error { return r.showDiff(diff) })
}

// showDiff prints a diff for people.
func (r *run) showDiff(d document.Diff) error {
	if d.Unchanged {
		r.Console.Result("%s: %s: a deploy changes nothing; with DEPLOY_UNCHANGED=1 this shows what a deploy with it would change", d.Hub, d.State)
		return nil
	}
	r.Console.Result("%s: %s", d.Hub, d.State)
	for _, change := range d.Changes {
		r.Console.Result("%s %s", change.Action, change.Object)
		if change.Action == "changed" {
			r.Console.Result("%s", change.Diff)
		}
	}
	if len(d.Changes) == 0 {
		r.Console.Result("no object changes")
	} else {
		r.Console.Result("for users: %s", d.Users)
	}
	if d.Refused != "" {
		r.Console.Result("a deploy refuses this: %s", d.Refused)
	}
	if d.Deletes != "" {
		r.Console.Result("this deletes %s; a deploy refuses it without ALLOW_DELETE=%s", d.Deletes, d.Hub)
	}
	return nil
}
