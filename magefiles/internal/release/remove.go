package release

import (
	"context"
	"fmt"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/kube/manifest"
	"hub-ops/magefiles/internal/ui"
)

// Data says what happens to the users' data when a hub is removed.
type Data int

// KeepData leaves every claim as it is; DeleteData deletes them all, with what is on them.
const (
	KeepData Data = iota
	DeleteData
)

// Remove takes a hub from the cluster. Its namespace stays, and so do its claims unless data says otherwise. The hub need not be
// in the repository any more.
func (r *Releases) Remove(ctx context.Context, name string, data Data) error {
	if err := r.to.Confirm(ctx); err != nil {
		return err
	}
	if _, err := r.announce(ctx, "this is"); err != nil {
		return err
	}
	found, err := r.kube.HasNamespace(ctx, name)
	if err != nil {
		return err
	}
	if !found {
		r.session.Console.Result("%s: nothing to remove, the cluster has no namespace %s", name, name)
		return nil
	}
	defer r.session.Console.Beat(ui.Heartbeat, "removing "+name)()
	return r.locked(ctx, name, func(ctx context.Context) error { return r.remove(ctx, name, data) })
}

// remove does the work of Remove, under the hub's lock.
func (r *Releases) remove(ctx context.Context, name string, data Data) error {
	if err := r.checkNoUsers(ctx, name); err != nil {
		return err
	}
	claims, err := r.kube.Claims(ctx, name)
	if err != nil {
		return err
	}
	release, err := r.kube.Release(ctx, name)
	if err != nil {
		return err
	}
	if newest := release.Newest(); newest.Number > 0 && newest.Status != "uninstalled" {
		if err := r.uninstall(ctx, name, newest.Number); err != nil {
			return err
		}
	}
	if data == KeepData || len(claims) == 0 {
		r.session.Console.Result("%s: removed; %s", name, kept(name, claims))
		return nil
	}
	return r.deleteData(ctx, name, claims)
}

// deleteData deletes every claim of the hub, after naming each with its size.
func (r *Releases) deleteData(ctx context.Context, name string, claims []kube.Claim) error {
	for _, claim := range claims {
		r.session.Console.Problem(name, "DELETE_DATA: claim %s is deleted, with all that is on it", claim)
	}
	if err := r.checkNoUsers(ctx, name); err != nil { // a user may have come back meanwhile
		return err
	}
	if err := r.kube.DeleteClaims(ctx, name, claims); err != nil {
		return err
	}
	r.session.Console.Result("%s: removed, with %d claims; the namespace stays", name, len(claims))
	return nil
}

// checkNoUsers refuses to remove a hub while servers of users run.
func (r *Releases) checkNoUsers(ctx context.Context, name string) error {
	servers, err := r.kube.UserServers(ctx, name)
	if err != nil || len(servers) == 0 {
		return err
	}
	const most = 3
	more := ""
	if len(servers) > most {
		more = " …"
	}
	return exit.Input("hub %s is not removed: %d user servers run (%s%s)", name, len(servers), strings.Join(servers[:min(most, len(servers))], ", "), more).
		Try("stop them in the hub's admin page, or wait until they are culled")
}

// kept names what is left of a removed hub: its namespace and its claims.
func kept(name string, claims []kube.Claim) string {
	if len(claims) == 0 {
		return "the namespace stays, there is no claim"
	}
	texts := make([]string, len(claims))
	for i, claim := range claims {
		texts[i] = claim.String()
	}
	return fmt.Sprintf("the namespace stays, and the data on %s; DELETE_DATA=%s deletes it", strings.Join(texts, ", "), name)
}

// uninstall removes a release and keeps its claims. helm deletes every object without the annotation "keep" in the revision's
// manifest, and the claim of a JupyterHub's database (hub-db-dir) has none, so uninstall adds it to the manifest first.
func (r *Releases) uninstall(ctx context.Context, name string, revision int) error {
	client, err := r.to.Helm(ctx)
	if err != nil {
		return err
	}
	if err := r.keepClaims(ctx, name, revision); err != nil {
		return err
	}
	return client.Uninstall(ctx, name, r.session.Config.For(name).Timeout)
}

// keepClaims adds the annotation "keep" to all claims in the manifest of a revision.
func (r *Releases) keepClaims(ctx context.Context, name string, revision int) error {
	stored, err := r.stored(ctx, name, revision)
	if err != nil {
		return err
	}
	objects, err := manifest.Parse(stored.Manifest, name)
	if err != nil {
		return fmt.Errorf("hub %s: %w", name, err)
	}
	claims := manifest.Claims(objects)
	if len(claims) == 0 {
		return nil
	}
	if stored.Manifest, err = manifest.KeepClaims(objects); err != nil {
		return err
	}
	data, err := stored.Encode()
	if err != nil {
		return err
	}
	if err := r.kube.SetStored(ctx, name, revision, data, ""); err != nil {
		return err
	}
	r.session.Console.Info(name, "kept: claim %s", strings.Join(claims, ", "))
	return nil
}
