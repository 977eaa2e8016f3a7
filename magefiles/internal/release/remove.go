package release

import (
	"context"
	"fmt"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
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
// in the repository any more. What does not carry our record is not touched.
func (r *Releases) Remove(ctx context.Context, name string, data Data) error {
	if err := r.to.Confirm(ctx); err != nil {
		return err
	}
	if _, err := r.announce(ctx, "this is"); err != nil {
		return err
	}
	found, err := r.removable(ctx, name)
	if err != nil {
		return err
	}
	if !found.namespace.Found {
		r.session.Console.Result("%s: nothing to remove, the cluster has no namespace %s", name, name)
		return nil
	}
	defer r.session.Console.Beat(ui.Heartbeat, "removing "+name)()
	return r.locked(ctx, name, func(ctx context.Context) error { return r.remove(ctx, name, data) })
}

// removal is what there is of a hub that is to be removed.
type removal struct {
	namespace kube.Namespace
	release   history.Revision // the newest; its number is 0 if there is no release
}

// removable finds what there is of a hub, and refuses what is not ours.
func (r *Releases) removable(ctx context.Context, name string) (found removal, err error) {
	if found.namespace, err = r.kube.Namespace(ctx, name); err != nil || !found.namespace.Found {
		return found, err
	}
	release, err := r.kube.Release(ctx, name)
	if err != nil {
		return found, err
	}
	if found.release = release.Newest(); found.release.Number == 0 {
		return found, r.checkOurNamespace(ctx, found.namespace, name)
	}
	return found, r.checkOurs(ctx, release, name, "removed")
}

// remove does the work of Remove, under the hub's lock.
func (r *Releases) remove(ctx context.Context, name string, data Data) error {
	found, err := r.removable(ctx, name)
	if err != nil {
		return err
	}
	if err := r.checkNoUsers(ctx, name); err != nil {
		return err
	}
	claims, err := r.kube.Claims(ctx, name)
	if err != nil {
		return err
	}
	outcome := "nothing to remove, there is no release"
	if found.release.Number > 0 && found.release.Status != "uninstalled" {
		if err := r.uninstall(ctx, name, found.release.Number); err != nil {
			return err
		}
		outcome = "removed"
	}
	if data == KeepData || len(claims) == 0 {
		r.session.Console.Result("%s: %s; %s", name, outcome, kept(name, claims))
		return nil
	}
	return r.deleteData(ctx, name, outcome, ownClaims(claims, found.namespace))
}

// checkNoUsers refuses to remove a hub while servers of users run.
func (r *Releases) checkNoUsers(ctx context.Context, name string) error {
	servers, err := r.kube.UserServers(ctx, name)
	if err != nil || len(servers) == 0 {
		return err
	}
	return exit.Input("hub %s is not removed: %d user servers run (%s)", name, len(servers), listed(servers)).
		Try("stop them in the hub's admin page, or wait until they are culled")
}

// kept names what is left of a removed hub: its namespace and its claims.
func kept(name string, claims []kube.Claim) string {
	if len(claims) == 0 {
		return "the namespace stays, there is no claim"
	}
	return fmt.Sprintf("the namespace stays, and the data on %s; DELETE_DATA=%s deletes it", claimNames(claims), name)
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
	kept, stored, err := r.kept(ctx, name, revision)
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
	if err := r.setKept(ctx, name, revision, kept, stored, ""); err != nil {
		return err
	}
	r.session.Console.Info(name, "kept: claim %s", strings.Join(claims, ", "))
	return nil
}
