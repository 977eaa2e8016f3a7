package ops

import (
	"context"
	"errors"
	"fmt"

	"hub-ops/magefiles/internal/diagnosis"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/helm"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/watch"
)

// watcher is what watches the hubs of this session.
func (s *Session) watcher(ctx context.Context, client *kube.Client) (*watch.Watcher, error) {
	proxy, err := client.Proxy(ctx)
	if err != nil {
		return nil, err
	}
	watcher := &watch.Watcher{Proxy: proxy, Console: s.Console, Mask: s.Run.Redact.Mask}
	return watcher.Prepare(ctx), nil
}

// watchHub begins to watch a hub: for a deploy only its release, and only what is new; or else all of its namespace.
func (s *Session) watchHub(ctx context.Context, watcher *watch.Watcher, client *kube.Client, h hub.Hub, deploy bool) (*watch.Hub, error) {
	scope := diagnosis.Scope{Hub: h.Name, Release: deploy, Kubectl: process.Quote("kubectl", "--context", client.Context)}
	if h.ImageDir != "" {
		scope.Image = s.registry().Repository(h.Name)
	}
	c, own := s.Config.For(h.Name), *watcher
	own.FailFast, own.Silence = c.FailFast, c.APIGrace
	own.Patience = diagnosis.Patience{Certain: c.FailAfter, Network: c.PullGrace, Scheduler: c.ScaleUpGrace}
	watched, err := own.Begin(ctx, scope, deploy)
	if err != nil {
		return nil, err
	}
	watched.Locate = func(text string) string { return hub.Locate(s.Config.Root, h.ChartDir, text) }
	return watched, nil
}

// changeAndWatch changes a release and waits for its rollout, both only as long as they can succeed. It returns how many
// workloads there are.
func (s *Session) changeAndWatch(ctx context.Context, watcher *watch.Watcher, client *kube.Client, h hub.Hub, change func(context.Context) error) (int, error) {
	watched, err := s.watchHub(ctx, watcher, client, h, true)
	if err != nil {
		return 0, err
	}
	defer watched.Close()
	if err := watched.Guard(ctx, change); err != nil {
		return 0, err
	}
	return s.rollout(ctx, client, watched, h)
}

// upgradeAndWatch upgrades a release, and puts things in order if that fails.
func (d *deployment) upgradeAndWatch(ctx context.Context, h hub.Hub, upgrade helm.Upgrade) (int, error) {
	workloads, err := d.changeAndWatch(ctx, d.watch, d.kube, h, func(ctx context.Context) error { return d.helm.Upgrade(ctx, upgrade) })
	if failure := (*diagnosis.Failure)(nil); errors.As(err, &failure) && upgrade.CleanupOnFail {
		if err := d.cleanUp(ctx, h.Name); err != nil {
			d.Console.Problem(h.Name, "not all that the failed upgrade has made is gone: %v", err)
		}
	}
	if err != nil || workloads > 0 {
		return workloads, err
	}
	if empty, err := d.helm.Empty(ctx, h.Name); err != nil || empty {
		return 0, exit.With(exit.Helm, errors.Join(fmt.Errorf("the chart of hub %s renders nothing: its release is empty now; is a condition false, or a values file missing?", h.Name), err))
	}
	return 0, nil
}
