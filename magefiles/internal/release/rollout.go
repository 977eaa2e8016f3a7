package release

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"hub-ops/magefiles/internal/diagnosis"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/kube/manifest"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/ui"
	"hub-ops/magefiles/internal/watch"
)

// Rollout waits until all workloads of a hub are rolled out, also those that others have changed or made, and returns the outcome in words.
// leave is called when all that is left to do is to wait.
func (r *Releases) Rollout(ctx context.Context, h hub.Hub, leave func()) (string, error) {
	start := time.Now()
	workloads, err := r.rolledOutNow(ctx, h, leave)
	if err == nil && workloads == 0 {
		err = exit.Errorf(exit.Rollout, "hub %s has no workloads", h.Name).Try("deploy it first, with deploy:hub %s", h.Name)
	}
	return fmt.Sprintf("%s, in %s", rolledOut(workloads), time.Since(start).Round(time.Second/10)), err
}

// StillWell is Rollout for a hub that was deployed a while ago, by a chart with workloads or without.
func (r *Releases) StillWell(ctx context.Context, h hub.Hub, leave func()) (string, error) {
	workloads, err := r.rolledOutNow(ctx, h, leave)
	return "still well, " + rolledOut(workloads), err
}

// rolledOutNow waits until all workloads in the namespace of a hub are rolled out, and returns how many there are.
func (r *Releases) rolledOutNow(ctx context.Context, h hub.Hub, leave func()) (int, error) {
	if err := r.revisions.MaskNewest(ctx, h.At); err != nil {
		return 0, err
	}
	watched, err := r.watchAll(ctx, h)
	if err != nil {
		return 0, err
	}
	defer watched.Close()
	return r.rollout(ctx, watched, h, leave)
}

func rolledOut(workloads int) string {
	switch workloads {
	case 0:
		return "a chart without workloads"
	case 1:
		return "1 workload rolled out"
	}
	return fmt.Sprintf("%d workloads rolled out", workloads)
}

// rollout waits for the workloads of a hub, and until its new pods have held; then it checks the hub's health. It calls leave when the
// workloads are rolled out, and returns how many there are.
func (r *Releases) rollout(ctx context.Context, watched *watch.Hub, h hub.Hub, leave func()) (int, error) {
	defer r.session.Console.Beat(ui.Heartbeat, "waiting for the rollout of "+h.Name)()
	workloads, err := r.awaited(ctx, watched, h.At)
	if err != nil {
		return 0, err
	}
	settings := r.session.Config.For(h.Name)
	if len(workloads) > 0 {
		watched.Applied = true
		err = watched.Guard(ctx, func(ctx context.Context) error { return r.kube.Rollout(ctx, h.At, workloads, settings.Timeout) })
		if err != nil {
			return 0, err
		}
	}
	leave()
	r.session.Console.Stage(h.Name, "settle")
	if err := watched.Settle(ctx, settings.Settle+settings.Timeout); err != nil || len(workloads) == 0 {
		return 0, err
	}
	return len(workloads), r.checkHealth(ctx, h)
}

// awaited lists the workloads that are waited for. After a change these are the release's own. A rollout waits for others of the
// namespace too, unless another release has them, but not for their Jobs: those may take hours, or have failed long ago.
func (r *Releases) awaited(ctx context.Context, watched *watch.Hub, at layout.Address) ([]*diagnosis.Object, error) {
	workloads, err := r.kube.Workloads(ctx, at)
	if err != nil {
		return nil, err
	}
	release, err := r.kube.Release(ctx, at)
	if err != nil || len(workloads) == 0 && release.Newest().Number == 0 {
		return nil, err
	}
	objects, err := r.revisions.Objects(ctx, at, release.Newest().Number)
	if err != nil {
		return nil, err
	}
	watched.Manifest, watched.Hooks = manifest.Workloads(objects, at.Namespace), manifest.HookWorkloads(objects, at.Namespace)
	if release.Newest().Status == "deployed" {
		if err := allThere(at, watched.Manifest, workloads); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(workloads, func(o *diagnosis.Object) bool {
		return !diagnosis.Awaited(o) || !watched.Manifest[o.String()] && (watched.Own || o.Kind == "Job" || diagnosis.OfAnother(o, at.Release))
	}), nil
}

// allThere returns an error if a workload of a release that is deployed is not in its namespace: what is not there is never unready. A Job may be gone
// when it has done its work.
func allThere(at layout.Address, manifest map[string]bool, workloads []*diagnosis.Object) error {
	missing := slices.DeleteFunc(slices.Sorted(maps.Keys(manifest)), func(name string) bool {
		kind, _, _ := strings.Cut(name, "/")
		return !slices.Contains([]string{"deployment", "statefulset", "daemonset"}, kind) ||
			slices.ContainsFunc(workloads, func(o *diagnosis.Object) bool { return o.String() == name })
	})
	if len(missing) == 0 {
		return nil
	}
	return exit.Errorf(exit.Rollout, "hub %s has lost %s: its release has it, and its namespace has not", at.Hub, strings.Join(missing, ", ")).
		Try("find out who has deleted it; 'DEPLOY_UNCHANGED=1 mage deploy:hub %s' makes it again", at.Hub)
}

// checkHealth sends a request to the hub itself, once its pods are ready.
func (r *Releases) checkHealth(ctx context.Context, h hub.Hub) error {
	settings := r.session.Config.For(h.Name)
	if !settings.HealthCheck {
		return nil
	}
	to, err := r.to.Destination(ctx)
	if err != nil {
		return err
	}
	if to.Sandbox != nil && !to.Sandbox.RunsContainers() {
		r.session.Console.Info(h.Name, "health: not asked, the sandbox's pods are simulated")
		return nil
	}
	path := kube.HealthPath(settings.HealthPath, r.baseURL(ctx, h))
	answer, err := r.kube.Health(ctx, h.At, settings.HealthService, path, min(kube.HealthPatience, settings.Timeout))
	if err == nil {
		r.session.Console.Info(h.Name, "health: %s", answer)
	}
	return err
}

// baseURL returns the path that the hub is served at, by the values of its release, which include the secret ones. If the
// release cannot be read, it takes the path from the chart's own values.
func (r *Releases) baseURL(ctx context.Context, h hub.Hub) string {
	release, err := r.kube.Release(ctx, h.At)
	if newest := release.Newest(); err == nil && newest.Number > 0 {
		if stored, err := r.revisions.Read(ctx, h.At, newest.Number); err == nil {
			return r.baseURLOf(ctx, h.At, stored)
		}
	}
	base, err := hub.BaseURL(r.session.Config.Root, h)
	if err != nil {
		return "/"
	}
	return base
}

func (r *Releases) baseURLOf(ctx context.Context, at layout.Address, stored history.Stored) string {
	text, given := storedBaseURL(stored)
	if given {
		r.revisions.Mask(ctx, at, strings.Trim(text, "/"))
	}
	return text
}

// storedBaseURL returns the path by the values of a revision, and whether it was given to it and may be secret.
func storedBaseURL(stored history.Stored) (text string, given bool) {
	for _, path := range []string{"jupyterhub.hub.baseUrl", "hub.baseUrl"} {
		if text, given = stored.Text(path); text != "" {
			return text, given
		}
	}
	return "/", false
}

// BaseURLIn returns the path that the hub in a namespace of the sandbox is served at, by the values of the releases there; "/" if they set none.
// It may be printed: it is part of the address that a browser is given.
func (r *Releases) BaseURLIn(ctx context.Context, namespace string) (string, error) {
	found, err := r.kube.ReleasesIn(ctx, namespace)
	if err != nil {
		return "", err
	}
	for _, key := range slices.Sorted(maps.Keys(found)) {
		_, name, _ := strings.Cut(key, "/")
		stored, err := r.revisions.Read(ctx, layout.Address{Hub: name, Release: name, Namespace: namespace}, found[key].Newest().Number)
		if err != nil {
			return "", err
		}
		if base, _ := storedBaseURL(stored); base != "/" {
			return base, nil
		}
	}
	return "/", nil
}
