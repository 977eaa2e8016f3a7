// Package setup looks for what pushes and deploys need, before they begin: the builder, the registry, the signer, each cluster and its rights,
// helm. In goes what the run is about; out comes what is missing. Of several clusters one that cannot be used is left out.
package setup

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"hub-ops/magefiles/internal/fanout"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/kube/rights"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/release"
	"hub-ops/magefiles/internal/survey"
	"hub-ops/magefiles/internal/ui"
)

// leftOut prints once a run that setup is left out.
type leftOut struct{ sync.Once }

// needsSetup reports whether setup is a part of this run, and prints once if it is left out.
func needsSetup(ctx context.Context, r *run.Run) (bool, error) {
	if r.Config.NoSetup {
		run.KeptBy[leftOut](r).Do(func() { r.Console.Info("", "setup: left out (NO_SETUP=1)") })
		return false, nil
	}
	why, err := r.To.Deploys(ctx)
	if why != "" {
		run.KeptBy[leftOut](r).Do(func() { r.Console.Info("", "setup: left out, %s: nothing may be pushed or deployed", why) })
	}
	return err == nil && why == "", err
}

// PushHub checks what building and pushing the image of one hub need, if there is anything to build or push.
func PushHub(ctx context.Context, name string) error {
	return push(ctx, run.Of(ctx), fanout.One(name))
}

// PushAll is PushHub for all hubs.
func PushAll(ctx context.Context) error { return push(ctx, run.Of(ctx), fanout.All()) }

func push(ctx context.Context, r *run.Run, which fanout.Selection) error {
	if needed, err := needsSetup(ctx, r); err != nil || !needed {
		return err
	}
	found, err := r.Surveyor.Of(ctx, which.Names()...)
	if err != nil {
		return err
	}
	if found.Any(func(h plan.Hub) plan.Step { return h.Build }) {
		if err := checkBuilder(ctx, r); err != nil {
			return err
		}
	}
	at := slices.IndexFunc(found.Plan.Hubs, func(h plan.Hub) bool { return h.Build.Do || h.Push.Do })
	switch {
	case at >= 0:
		return checkRegistry(ctx, r, found.Hubs[at].Name)
	case r.To.Signs():
		return checkSigner(ctx, r) // a key that does not fit is an error, although nothing is signed now
	}
	return nil // the plan says why
}

// Images checks what building and pushing need, if any hub has an image. A hub whose files are broken does not stop the
// others; the target that works on it reports it.
func Images(ctx context.Context) error {
	r := run.Of(ctx)
	if needed, err := needsSetup(ctx, r); err != nil || !needed {
		return err
	}
	hubs, err := r.Surveyor.Hubs(ctx)
	withImage := slices.IndexFunc(hubs, func(h hub.Hub) bool { return len(h.Built()) > 0 })
	if len(hubs) == 0 && err != nil {
		return err
	}
	if withImage < 0 || !r.Config.Build {
		return nil
	}
	if err := checkBuilder(ctx, r); err != nil {
		return err
	}
	return checkRegistry(ctx, r, hubs[withImage].Name)
}

func checkBuilder(ctx context.Context, r *run.Run) error {
	defer r.Console.Beat(ui.Heartbeat, "setting up")()
	builder, err := r.To.Builder(ctx)
	if err == nil {
		r.Console.Info("", "setup: %s", builder)
	}
	return err
}

// checkRegistry checks registry and signer. name is a hub whose image the registry is asked about.
func checkRegistry(ctx context.Context, r *run.Run, name string) error {
	defer r.Console.Beat(ui.Heartbeat, "setting up")()
	registry, err := r.To.Registry(ctx)
	if err != nil {
		return err
	}
	if err := registry.Check(ctx, name); err != nil {
		return err
	}
	r.Console.Info("", "setup: the registry takes images for %s", registry.Repository("{hub}"))
	return checkSigner(ctx, r)
}

// checkSigner checks cosign and the keys, if any is configured.
func checkSigner(ctx context.Context, r *run.Run) error {
	signer, err := r.To.Signer(ctx)
	if signer != nil {
		r.Console.Info("", "setup: %s", signer)
	}
	return err
}

// Cluster checks that each cluster answers, accepts the credentials, and allows what a deploy does. Of several clusters one that does not
// is told, and does not stop a run for the others: see onClusters.
func Cluster(ctx context.Context) error {
	r := run.Of(ctx)
	return setupClusters(ctx, r, clusters(r))
}

// ClusterOf is Cluster for the cluster that a hub is on.
func ClusterOf(ctx context.Context, hub string) error {
	r := run.Of(ctx)
	cluster, err := r.Surveyor.ClusterOf(ctx, hub)
	if err != nil {
		return err
	}
	return r.OrUnknown(ctx, hub, setupClusters(ctx, r, []string{cluster}))
}

// clusters are those that the run is about, by their names; "" for the only one.
func clusters(r *run.Run) []string {
	if names := r.Config.ClusterNames(); len(names) > 0 && r.Config.Cluster == "" {
		return names
	}
	return []string{r.Config.Cluster}
}

func setupClusters(ctx context.Context, r *run.Run, names []string) error {
	if needed, err := needsSetup(ctx, r); err != nil || !needed {
		return err
	}
	return onClusters(ctx, r, names, func(ctx context.Context, name string) error { return clusterOn(ctx, r, name) })
}

// clusterOn checks one cluster.
func clusterOn(ctx context.Context, r *run.Run, name string) error {
	cluster, err := r.To.On(name).Cluster(ctx)
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
	return tellForbidden(ctx, r, name, cluster.Kube)
}

// tellForbidden prints what this account may not do and a deploy may need. Whether a chart needs it is known only when helm runs.
func tellForbidden(ctx context.Context, r *run.Run, cluster string, client *kube.Client) error {
	hubs, err := r.Surveyor.AddressesOn(ctx, cluster)
	if err != nil || len(hubs) == 0 {
		return err
	}
	missing, err := rights.Missing(ctx, client.Server, hubs[0].Namespace, client.User(hubs[0].Hub), uses(r, hubs))
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
func uses(r *run.Run, hubs []layout.Address) (uses rights.Uses) {
	for _, at := range hubs {
		settings := r.Config.For(at.Hub)
		uses.Health, uses.Spawn = uses.Health || settings.HealthCheck, uses.Spawn || settings.HealthSpawn
	}
	return uses
}

// Helm gets helm, and names releases that are stuck; a deploy repairs its own. A deploy does not begin with Helm, so that
// no helm runs if nothing is to be deployed.
func Helm(ctx context.Context) error {
	r := run.Of(ctx)
	if needed, err := needsSetup(ctx, r); err != nil || !needed {
		return err
	}
	return onClusters(ctx, r, clusters(r), func(ctx context.Context, name string) error { return helmOn(ctx, r, name) })
}

// helmOn is Helm for one cluster.
func helmOn(ctx context.Context, r *run.Run, name string) error {
	cluster, err := r.To.On(name).Cluster(ctx)
	if err != nil {
		return err
	}
	client, err := r.To.On(name).Helm(ctx)
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
