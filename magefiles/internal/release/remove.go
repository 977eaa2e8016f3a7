package release

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/kube/manifest"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/release/claims"
	"hub-ops/magefiles/internal/spelling"
	"hub-ops/magefiles/internal/ui"
)

// Data says what happens to the users' data when a hub is removed.
type Data int

// KeepData leaves every claim as it is; DeleteData deletes them all, with what is on them.
const (
	KeepData Data = iota
	DeleteData
)

// Remove takes the hub of the pass from the cluster. Its namespace stays, and so do its claims unless data says otherwise. The hub need not be
// in the repository any more. What does not carry our record is not touched.
func (r *Releases) Remove(ctx context.Context, pass plan.Pass, data Data) error {
	at, err := r.whereIs(ctx, pass.Hub())
	if err != nil {
		return err
	}
	if err := r.to.Confirm(ctx); err != nil {
		return err
	}
	if _, err := r.announce(ctx, "this is"); err != nil {
		return err
	}
	found, err := r.removable(ctx, at)
	if err != nil {
		return err
	}
	if !found.namespace.Found {
		if err := r.checkKnown(ctx, at); err != nil {
			return err
		}
		r.session.Console.Result("%s: nothing to remove, the cluster has no namespace %s", at.Hub, at.Namespace)
		return nil
	}
	defer r.session.Console.Beat(ui.Heartbeat, "removing "+at.Hub)()
	return r.locked(ctx, at, pass, func(ctx context.Context) error { return r.remove(ctx, at, data) })
}

// checkKnown refuses a name that neither the repository nor the cluster knows: it may be misspelt.
func (r *Releases) checkKnown(ctx context.Context, at layout.Address) error {
	names, err := r.surveyor.Names(ctx)
	if err != nil || slices.Contains(names, at.Hub) {
		return nil //nolint:nilerr // a repository that cannot be read does not keep a hub from being removed
	}
	unknown := exit.Input("no hub %q: the repository has none, and the cluster nothing of that name", at.Hub)
	if near := spelling.Nearest(at.Hub, names); near != "" {
		return unknown.Try("did you mean %s?", near)
	}
	return unknown
}

// removal is what there is of a hub that is to be removed.
type removal struct {
	namespace kube.Namespace
	release   history.Revision // the newest; its number is 0 if there is no release
	shared    string           // why what users have in the namespace may be another hub's; "" if it cannot
}

// removable finds what there is of a hub, and refuses what is not ours.
func (r *Releases) removable(ctx context.Context, at layout.Address) (found removal, err error) {
	if found.namespace, err = r.kube.Namespace(ctx, at.Namespace); err != nil || !found.namespace.Found {
		return found, err
	}
	releases, err := r.kube.ReleasesIn(ctx, at.Namespace)
	if err != nil {
		return found, err
	}
	release := releases[at.Key()]
	found.shared = r.sharing(ctx, at, releases)
	if found.release = release.Newest(); found.release.Number == 0 {
		return found, r.checkOurNamespace(ctx, found.namespace, at)
	}
	return found, r.checkOurs(ctx, release, at, "removed")
}

// remove does the work of Remove, under the hub's lock.
func (r *Releases) remove(ctx context.Context, at layout.Address, data Data) error {
	found, err := r.removable(ctx, at)
	if err != nil {
		return err
	}
	if err := r.checkNoUsers(ctx, at); err != nil {
		return err
	}
	all, err := r.kube.Claims(ctx, at)
	if err != nil {
		return err
	}
	outcome := "nothing to remove, there is no release"
	if found.release.Number > 0 && found.release.Status != "uninstalled" {
		if err := r.uninstall(ctx, at, found.release.Number); err != nil {
			return err
		}
		outcome = "removed"
	}
	divided := claims.Divide(all, found.namespace, found.shared)
	if data == KeepData || len(all) == 0 {
		r.session.Console.Result("%s: %s; %s", at.Hub, outcome, divided.Kept(at.Hub))
		return nil
	}
	return r.deleteData(ctx, at, outcome, divided)
}

// shown are those of many things that an error names.
const shown = 3

// checkNoUsers refuses to remove a hub while servers of users run.
func (r *Releases) checkNoUsers(ctx context.Context, at layout.Address) error {
	servers, err := r.kube.UserServers(ctx, at)
	if err != nil || len(servers) == 0 {
		return err
	}
	return exit.Input("hub %s is not removed: %d user servers run (%s)", at.Hub, len(servers), ui.First(servers, shown)).
		Try("stop them in the hub's admin page, or wait until they are culled")
}

// uninstall removes a release that reaches nothing beyond the hub's namespace, and keeps its claims. helm deletes every object without the annotation "keep" in the revision's
// manifest, and the claim of a JupyterHub's database (hub-db-dir) has none, so uninstall adds it to the manifest first.
func (r *Releases) uninstall(ctx context.Context, at layout.Address, revision int) error {
	client, err := r.to.Helm(ctx)
	if err != nil {
		return err
	}
	if err := r.keepClaims(ctx, at, revision); err != nil {
		return err
	}
	if err := client.Uninstall(ctx, at, r.session.Config.For(at.Hub).Timeout); err != nil {
		return err
	}
	return r.checkUninstalled(ctx, at)
}

// checkUninstalled looks whether a release is gone: with --ignore-not-found helm takes every error for a release that is not there, as of an
// account that may not see it.
func (r *Releases) checkUninstalled(ctx context.Context, at layout.Address) error {
	release, err := r.kube.Release(ctx, at)
	if newest := release.Newest(); err != nil || newest.Number == 0 || newest.Status == "uninstalled" {
		return err
	}
	check := []string{"--context", r.kube.Context, "auth", "can-i", "list", "secrets", "--namespace", at.Namespace}
	if account := r.kube.User(at.Hub); account != "" {
		check = append(check, "--as", account)
	}
	return exit.Errorf(exit.Helm, "the release of hub %s is still there, though helm says that it is uninstalled", at.Hub).Try("may this account read it? %s", process.Quote("kubectl", check...))
}

// keepClaims adds the annotation "keep" to all claims in the manifest of a revision.
func (r *Releases) keepClaims(ctx context.Context, at layout.Address, revision int) error {
	kept, stored, err := r.revisions.Open(ctx, at, revision)
	if err != nil {
		return err
	}
	objects, err := stored.Objects(at.Namespace)
	if err != nil {
		return fmt.Errorf("hub %s: %w", at.Hub, err)
	}
	if err := r.checkRemoval(ctx, at, objects); err != nil {
		return err
	}
	claims := manifest.Claims(objects)
	if len(claims) == 0 {
		return nil
	}
	if stored.Manifest, err = manifest.KeepClaims(objects); err != nil {
		return err
	}
	if err := r.revisions.Save(ctx, at, revision, kept, stored, ""); err != nil {
		return err
	}
	r.session.Console.Info(at.Hub, "kept: claim %s", strings.Join(claims, ", "))
	return nil
}
