package ops

import (
	"context"
	"errors"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/fanout"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/kube/rights"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/release"
	"hub-ops/magefiles/internal/survey"
	"hub-ops/magefiles/internal/ui"
)

// needsSetup reports whether setup is a part of this run, and prints once if it is left out.
func (r *run) needsSetup(ctx context.Context) (bool, error) {
	if r.Config.NoSetup {
		r.leftOut.Do(func() { r.Console.Info("", "setup: left out (NO_SETUP=1)") })
		return false, nil
	}
	why, err := r.to.Deploys(ctx)
	if why != "" {
		r.leftOut.Do(func() { r.Console.Info("", "setup: left out, %s: nothing may be pushed or deployed", why) })
	}
	return err == nil && why == "", err
}

// SetupPushHub checks what building and pushing the image of one hub need, if there is anything to build or push.
func SetupPushHub(ctx context.Context, name string) error {
	return runOf(ctx).setupPush(ctx, fanout.One(name))
}

// SetupPushAll is SetupPushHub for all hubs.
func SetupPushAll(ctx context.Context) error { return runOf(ctx).setupPush(ctx, fanout.All()) }

func (r *run) setupPush(ctx context.Context, which fanout.Selection) error {
	if needed, err := r.needsSetup(ctx); err != nil || !needed {
		return err
	}
	found, err := r.surveyor.Of(ctx, which.Names()...)
	if err != nil {
		return err
	}
	if found.Any(func(h plan.Hub) plan.Step { return h.Build }) {
		if err := r.checkBuilder(ctx); err != nil {
			return err
		}
	}
	at := slices.IndexFunc(found.Plan.Hubs, func(h plan.Hub) bool { return h.Build.Do || h.Push.Do })
	switch {
	case at >= 0:
		return r.checkRegistry(ctx, found.Hubs[at].Name)
	case r.to.Signs():
		return r.checkSigner(ctx) // a key that does not fit is an error, although nothing is signed now
	}
	return nil // the plan says why
}

// SetupImages checks what building and pushing need, if any hub has an image. A hub whose files are broken does not stop the
// others; the target that works on it reports it.
func SetupImages(ctx context.Context) error {
	r := runOf(ctx)
	if needed, err := r.needsSetup(ctx); err != nil || !needed {
		return err
	}
	hubs, err := r.surveyor.Hubs(ctx)
	withImage := slices.IndexFunc(hubs, func(h hub.Hub) bool { return len(h.Built()) > 0 })
	if len(hubs) == 0 && err != nil {
		return err
	}
	if withImage < 0 || !r.Config.Build {
		return nil
	}
	if err := r.checkBuilder(ctx); err != nil {
		return err
	}
	return r.checkRegistry(ctx, hubs[withImage].Name)
}

func (r *run) checkBuilder(ctx context.Context) error {
	defer r.Console.Beat(ui.Heartbeat, "setting up")()
	builder, err := r.to.Builder(ctx)
	if err == nil {
		r.Console.Info("", "setup: %s", builder)
	}
	return err
}

// checkRegistry checks registry and signer. name is a hub whose image the registry is asked about.
func (r *run) checkRegistry(ctx context.Context, name string) error {
	defer r.Console.Beat(ui.Heartbeat, "setting up")()
	registry, err := r.to.Registry(ctx)
	if err != nil {
		return err
	}
	if err := registry.Check(ctx, name); err != nil {
		return err
	}
	r.Console.Info("", "setup: the registry takes images for %s", registry.Repository("{hub}"))
	return r.checkSigner(ctx)
}

// checkSigner checks cosign and the keys, if any is configured.
func (r *run) checkSigner(ctx context.Context) error {
	signer, err := r.to.Signer(ctx)
	if signer != nil {
		r.Console.Info("", "setup: %s", signer)
	}
	return err
}

// SetupCluster checks that each cluster answers, accepts the credentials, and allows what a deploy does. Of several clusters one that does not
// is told, and does not stop a run for the others: see onClusters.
func SetupCluster(ctx context.Context) error {
	r := runOf(ctx)
	return r.setupClusters(ctx, r.clusters())
}

// SetupClusterOf is SetupCluster for the cluster that a hub is on.
func SetupClusterOf(ctx context.Context, hub string) error {
	r := runOf(ctx)
	cluster, err := r.surveyor.ClusterOf(ctx, hub)
	if err != nil {
		return err
	}
	return r.setupClusters(ctx, []string{cluster})
}

// clusters are those that the run is about, by their names; "" for the only one.
func (r *run) clusters() []string {
	if names := r.Config.ClusterNames(); len(names) > 0 && r.Config.Cluster == "" {
		return names
	}
	return []string{r.Config.Cluster}
}

func (r *run) setupClusters(ctx context.Context, names []string) error {
	if needed, err := r.needsSetup(ctx); err != nil || !needed {
		return err
	}
	return r.onClusters(ctx, names, r.setupOn)
}

// setupOn checks one cluster.
func (r *run) setupOn(ctx context.Context, name string) error {
	cluster, err := r.to.On(name).Cluster(ctx)
	if err != nil {
		return err
	}
	version, err := cluster.Kube.Version(ctx)
	if err != nil {
		return err
	}
	r.Console.Info("", "setup: %s answers, Kubernetes %s", cluster, version)
	tillers, _, err := cluster.Kube.Tillers(ctx)
	if err != nil {
		return err
	}
	if text := survey.TillerRuns(tillers); text != "" {
		r.Console.Problem("", "setup: %s: no hub can be deployed beside it", text)
	}
	return r.tellForbidden(ctx, name, cluster.Kube)
}

// tellForbidden prints what this account may not do and a deploy may need. Whether a chart needs it is known only when helm runs.
func (r *run) tellForbidden(ctx context.Context, cluster string, client *kube.Client) error {
	hubs, err := r.surveyor.AddressesOn(ctx, cluster)
	if err != nil || len(hubs) == 0 {
		return err
	}
	missing, err := rights.Missing(ctx, client.Server, hubs[0].Namespace, client.User(hubs[0].Hub), r.uses(hubs))
	switch {
	case err != nil:
		return err
	case len(missing) > 0:
		r.Console.Problem("", "setup: not allowed to %s: a chart that has such objects will fail", strings.Join(missing, "; "))
	default:
		r.Console.Info("", "setup: this account may do all that a deploy needs")
	}
	return nil
}

// uses are what a deploy of any of these hubs does besides.
func (r *run) uses(hubs []layout.Address) (uses rights.Uses) {
	for _, at := range hubs {
		settings := r.Config.For(at.Hub)
		uses.Health, uses.Spawn = uses.Health || settings.HealthCheck, uses.Spawn || settings.HealthSpawn
	}
	return uses
}

// SetupHelm gets helm, and names releases that are stuck; a deploy repairs its own. A deploy does not begin with SetupHelm, so that
// no helm runs if nothing is to be deployed.
func SetupHelm(ctx context.Context) error {
	r := runOf(ctx)
	if needed, err := r.needsSetup(ctx); err != nil || !needed {
		return err
	}
	return r.onClusters(ctx, r.clusters(), r.setupHelmOn)
}

// setupHelmOn is SetupHelm for one cluster.
func (r *run) setupHelmOn(ctx context.Context, name string) error {
	cluster, err := r.to.On(name).Cluster(ctx)
	if err != nil {
		return err
	}
	client, err := r.to.On(name).Helm(ctx)
	if err != nil {
		return err
	}
	r.Console.Info("", "setup: helm %s, %s", client.Version, client.Path)
	text, err := release.CheckStuck(ctx, cluster.Kube)
	switch {
	case errors.Is(err, release.ErrStuck):
		r.Console.Problem("", "setup: %v", err)
		return nil
	case err == nil:
		r.Console.Info("", "setup: %s", text)
	}
	return err
}

// Allowed checks a hub's name, and whether the event may push and deploy it, before anything else is done.
func Allowed(ctx context.Context, verb, name string) error {
	r := runOf(ctx)
	if _, err := r.surveyor.Hubs(ctx, name); err != nil {
		return err
	}
	if verb == "deploy" && r.Config.Event.Resumes {
		return nil // the plan says whether that goes on with rounds
	}
	return MayTouch(ctx, verb, name)
}

// MayTouch does the checks of Allowed for a hub that need not be in the repository any more.
func MayTouch(ctx context.Context, verb, name string) error {
	_, err := runOf(ctx).enter(ctx, verb, name)
	return err
}

// enter returns the pass for a hub, or the error for one that the event may not touch.
func (r *run) enter(ctx context.Context, verb, name string) (plan.Pass, error) {
	if err := hub.CheckName(name); err != nil {
		return plan.Pass{}, err
	}
	gate, pass, err := r.surveyor.Enter(ctx, name)
	if err == nil && gate.Refused {
		err = fanout.Refused(verb, name, gate)
	}
	return pass, err
}
