package release

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/diagnosis"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/jupyter"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/watch"
)

// testUser is for whom a server is started after a rollout. Every version of kubespawner has this name in its labels as it stands.
const testUser = "hubopscheck"

const (
	firstCell   = 2 * time.Minute  // how long the first cell may take in a server that is ready
	ownTime     = 20 * time.Second // how long the hub may take to stop a server and remove its user by itself
	removalTime = time.Minute      // and when the pod of the server was deleted
)

// trial is the start of one server, to see whether a user of the hub would get one.
type trial struct {
	*Releases
	hub      hub.Hub
	settings *config.Config
	api      *jupyter.Hub
	took     history.Spawn
}

// checkServer starts a server for a test user, runs a cell in it and removes both, also after a failure or an interruption. How long it took goes
// into the record of the release. It is called under the hub's lock, so no other run has a server for that user.
func (r *Releases) checkServer(ctx context.Context, h hub.Hub) error {
	settings := r.session.Config.For(h.Name)
	if !settings.HealthSpawn {
		return nil
	}
	to, err := r.to.Destination(ctx)
	if err != nil {
		return err
	}
	if to.Sandbox != nil && !to.Sandbox.RunsContainers() {
		r.session.Console.Info(h.Name, "a user's server: not tried, the sandbox's pods are simulated")
		return nil
	}
	t := &trial{Releases: r, hub: h, settings: settings}
	disconnect, err := t.connect(ctx)
	if err != nil {
		return t.explained(err)
	}
	defer disconnect()
	if err := t.addUser(ctx); err != nil {
		return t.explained(err)
	}
	err = t.tryOut(ctx)
	if left := t.dismiss(ctx, err); left != nil && err != nil {
		r.session.Console.Problem(h.Name, "%v", left)
	} else if left != nil {
		return left
	}
	if err != nil {
		return t.explained(err)
	}
	r.session.Console.Info(h.Name, "a user's server: %s", t.took)
	r.recordSpawn(ctx, h, t.took)
	return nil
}

// explained says of what the error is, where that is not said.
func (t *trial) explained(err error) error {
	if strings.HasPrefix(err.Error(), "hub "+t.hub.Name+" ") { // by a diagnosis
		return exit.With(exit.Rollout, err)
	}
	return exit.With(exit.Rollout, fmt.Errorf("hub %s is deployed, and no user's server was seen to work: %w", t.hub.Name, err))
}

// connect reads the token of the hub's service, and opens a way to the hub's proxy.
func (t *trial) connect(ctx context.Context) (disconnect func(), err error) {
	secret, key, _ := strings.Cut(t.settings.HealthFrom, "/")
	token, err := t.kube.SecretValue(ctx, t.hub.At, secret, key)
	if err != nil {
		return nil, err
	}
	service := strings.TrimSuffix(strings.TrimPrefix(key, "hub.services."), ".apiToken")
	if len(token) == 0 {
		return nil, exit.Errorf(exit.Rollout, "secret %s has no key %s", secret, key).
			Try("declare service %s in hub.services of the values, with a role in hub.loadRoles; health.spawn_from names the key, and HEALTH_SPAWN=0 leaves this check out", service)
	}
	t.session.Run.Redact.Add(string(token))
	parts := strings.Split(t.settings.HealthService, ":")
	if len(parts) != 3 || parts[0] != "http" {
		return nil, exit.Input("health.service is %s: a server is started through a port that speaks HTTP", t.settings.HealthService).Try("set it to such a port of the hub's proxy, as http:proxy-http:8000")
	}
	base := kube.HealthPath("{baseUrl}", t.baseURL(ctx, t.hub))
	address, disconnect, err := t.kube.Forward(ctx, t.hub.At, parts[1], parts[2])
	if err != nil {
		return nil, err
	}
	t.api = &jupyter.Hub{URL: "http://" + address + base, Token: string(token), Service: service}
	return disconnect, nil
}

// addUser adds the test user. One that is there already was left by a run that was killed.
func (t *trial) addUser(ctx context.Context) error {
	err := t.api.AddUser(ctx, testUser)
	if !errors.Is(err, jupyter.ErrThere) {
		return err
	}
	t.session.Console.Info(t.hub.Name, "user %s is there already, left by a run that was killed: removed first", testUser)
	limited, cancel := context.WithTimeout(ctx, t.settings.Timeout)
	defer cancel()
	if err := t.kube.DeleteUserServer(limited, t.hub.At, testUser); err != nil {
		return err
	}
	if err := t.api.Remove(limited, testUser); err != nil {
		return err
	}
	return t.api.AddUser(ctx, testUser)
}

// tryOut starts the server and runs a cell in it, and ends as soon as that is certain to fail.
func (t *trial) tryOut(ctx context.Context) error {
	watched, err := t.watchServer(ctx, t.hub)
	if err != nil {
		return err
	}
	defer watched.Close()
	t.session.Console.Info(t.hub.Name, "starting a server for user %s, and running a cell in it", testUser)
	begun := time.Now()
	return watched.Guard(ctx, func(ctx context.Context) error {
		limited, cancel := context.WithTimeoutCause(ctx, t.settings.Timeout, late("the server is not ready", t.settings.Timeout))
		defer cancel()
		if err := t.api.Start(limited, testUser); err != nil {
			return err
		}
		ready := time.Now()
		limited, cancel = context.WithTimeoutCause(ctx, firstCell, late("the server is ready, and its kernel does not answer", firstCell))
		defer cancel()
		if err := t.api.RunCell(limited, testUser, "6*7"); err != nil {
			return err
		}
		t.took = stages(ctx, watched, begun, ready)
		return nil
	})
}

// late is the cause of a wait that has come to its end.
func late(what string, after time.Duration) error {
	return exit.With(exit.Rollout, fmt.Errorf("%s after %s: %w", what, after, context.DeadlineExceeded))
}

// stages divides the time that a server took. A hub that makes no pods schedules and pulls nothing.
func stages(ctx context.Context, watched *watch.Hub, begun, ready time.Time) history.Spawn {
	answered := time.Now()
	scheduled, pulled := watched.Stages(ctx)
	earliest := func(at, before time.Time) time.Time { // a stage that was not seen took no time
		if at.Before(before) {
			return before
		}
		if at.After(ready) {
			return ready
		}
		return at
	}
	scheduled = earliest(scheduled, begun)
	pulled = earliest(pulled, scheduled)
	return history.Spawn{Schedule: scheduled.Sub(begun), Pull: pulled.Sub(scheduled), Start: ready.Sub(pulled), Answer: answered.Sub(ready)}
}

// dismiss stops the server and removes the user, whatever became of the run. A hub does not interrupt the start of a server: where that will not
// succeed, or goes on for long, the pod is deleted, and the hub gives it up then, or at its own time.
func (t *trial) dismiss(ctx context.Context, failure error) error {
	ctx = context.WithoutCancel(ctx)
	err := context.DeadlineExceeded
	if certain := (*diagnosis.Failure)(nil); !errors.As(failure, &certain) {
		err = t.dismissWithin(ctx, ownTime)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		if left := t.kube.DeleteUserServer(ctx, t.hub.At, testUser); left != nil {
			t.session.Console.Problem(t.hub.Name, "%v", left)
		}
		err = t.dismissWithin(ctx, removalTime)
	}
	if err != nil {
		return exit.Errorf(exit.Rollout, "user %s of hub %s is left: %w", testUser, t.hub.Name, err).Try("the next run removes what is left; so does the hub's admin page, when the hub has given the server up")
	}
	return nil
}

func (t *trial) dismissWithin(ctx context.Context, limit time.Duration) error {
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return t.api.Remove(limited, testUser)
}

// recordSpawn puts how long a user's server took on the release.
func (r *Releases) recordSpawn(ctx context.Context, h hub.Hub, took history.Spawn) {
	release, err := r.kube.Release(ctx, h.At)
	if newest := cmp.Or(release.Deployed().Number, release.Newest().Number); err == nil && newest > 0 {
		err = r.kube.LabelStored(ctx, h.At, newest, map[string]string{history.SpawnLabel: took.Label()})
	}
	if err != nil {
		r.session.Console.Problem(h.Name, "how long a user's server took is not recorded: %v", err)
	}
}
