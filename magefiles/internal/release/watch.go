package release

import (
	"cmp"
	"context"
	"time"

	"hub-ops/magefiles/internal/diagnosis"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/watch"
)

// heldReady is how long a container with a readiness probe must be ready at most: its probe has shown already that it works.
const heldReady = 3 * time.Second

// watchChange begins to watch a hub whose release is about to change. What was there before the change is not judged.
func (r *Releases) watchChange(ctx context.Context, h hub.Hub) (*watch.Hub, error) {
	return r.watch(ctx, h, diagnosis.Scope{Own: true}, (*watch.Watcher).BeginChange)
}

// watchAll begins to watch everything in the namespace of a hub.
func (r *Releases) watchAll(ctx context.Context, h hub.Hub) (*watch.Hub, error) {
	return r.watch(ctx, h, diagnosis.Scope{}, (*watch.Watcher).Begin)
}

// watchServer begins to watch the server of the test user.
func (r *Releases) watchServer(ctx context.Context, h hub.Hub) (*watch.Hub, error) {
	return r.watch(ctx, h, diagnosis.Scope{Server: testUser}, (*watch.Watcher).BeginServer)
}

func (r *Releases) watch(ctx context.Context, h hub.Hub, scope diagnosis.Scope, begin func(*watch.Watcher, context.Context, diagnosis.Scope) (*watch.Hub, error)) (*watch.Hub, error) {
	shared, err := r.to.Watcher(ctx)
	if err != nil {
		return nil, err
	}
	scope.Address, scope.Kubectl = h.At, process.Quote("kubectl", "--context", r.kube.Context)
	if built := h.Built(); len(built) > 0 {
		scope.Image = r.registry.Repository(cmp.Or(h.Main().Name, built[0].Name))
	}
	settings, own := r.session.Config.For(h.Name), *shared
	own.FailFast, own.Silence = settings.FailFast, settings.APIGrace
	own.Patience = diagnosis.Patience{Certain: settings.FailAfter, Network: settings.PullGrace, Scheduler: settings.ScaleUpGrace}
	own.Hold = diagnosis.Hold{Running: settings.Settle, Ready: min(settings.Settle, heldReady)}
	watched, err := begin(&own, ctx, scope)
	if err != nil {
		return nil, err
	}
	watched.Locate = func(text string) string {
		return cmp.Or(h.NamedAt(text), hub.Locate(r.session.Config.Root, h, text))
	}
	return watched, nil
}
