package deploy

import (
	"context"

	"hub-ops/magefiles/internal/document"
	"hub-ops/magefiles/internal/ops/run"
)

// Diff shows what a deploy would change in the cluster, object by object; it changes nothing.
func Diff(ctx context.Context, name string) error {
	r := run.Of(ctx)
	found, err := r.Surveyor.Of(ctx, name)
	if err != nil {
		return err
	}
	found = r.Surveyor.Parts(found)[0] // it is one hub
	releases, err := r.ReleasesOn(ctx, found)
	var diff document.Diff
	if err == nil {
		err = r.Surveyor.AskClusterToDeploy(ctx, found)
	}
	if err == nil {
		diff, err = releases.Diff(ctx, found, found.Hubs[0])
	}
	if err != nil {
		return run.InCluster(found, err)
	}
	return r.Present(diff, func() error { return showDiff(r, diff) })
}

// showDiff prints a diff for people.
func showDiff(r *run.Run, d document.Diff) error {
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
