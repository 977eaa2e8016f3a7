// Package connect finds what a run talks to: the registry, the engine that builds images, the cluster, helm, cosign, the
// repository and its secret files. A session goes in, clients come out. Each is found when it is first asked for, and kept until
// the run ends, so a target shares it with those that it depends on. Packages ops, survey and release call it.
//
//	to := connect.New(s)
//	cluster, err := to.Cluster(ctx) // logs in
//	cluster, err = to.Cluster(ctx)  // the same
package connect

import (
	"context"
	"sync"

	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/helm"
	"hub-ops/magefiles/internal/image/build"
	"hub-ops/magefiles/internal/image/cosign"
	"hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/session"
	"hub-ops/magefiles/internal/watch"
)

// Connections are those of one run. They are safe for concurrent use, and end with the session.
type Connections struct {
	session *session.Session

	destination once[Destination]
	registry    once[registry.Registry]
	builder     once[build.Builder]
	cluster     once[*Cluster]
	confirmed   once[struct{}]
	helm        once[*helm.Client]
	watcher     once[*watch.Watcher]
	signer      once[*cosign.Cosign]
	repository  once[*git.Repo]
	files       once[*git.Snapshot]
	charts      once[*chart.Charts]

	dependencies once[*helm.Dependencies]
}

// New returns the connections of a session; nothing is asked yet.
func New(s *session.Session) *Connections { return &Connections{session: s} }

// Git returns the repository that the run works in.
func (c *Connections) Git(ctx context.Context) (*git.Repo, error) {
	return c.repository.get(ctx, func(ctx context.Context) (*git.Repo, error) {
		return git.Open(ctx, c.session.Run, c.session.Config.Root, c.session.Scratch)
	})
}

// Files returns what Git holds of the repository, as it is when this is first called.
func (c *Connections) Files(ctx context.Context) (*git.Snapshot, error) {
	return c.files.get(ctx, func(ctx context.Context) (*git.Snapshot, error) {
		repo, err := c.Git(ctx)
		if err != nil {
			return nil, err
		}
		return repo.Snapshot(ctx)
	})
}

// Charts returns the charts of the repository.
func (c *Connections) Charts(ctx context.Context) (*chart.Charts, error) {
	return c.charts.get(ctx, func(ctx context.Context) (*chart.Charts, error) {
		files, err := c.Files(ctx)
		if err != nil {
			return nil, err
		}
		return chart.New(files, c.Unlock), nil
	})
}

// Unlock decrypts a file with the keys that git-crypt keeps in the clone, or the one of the settings.
func (c *Connections) Unlock(ctx context.Context, name string, locked []byte) ([]byte, error) {
	repo, err := c.Git(ctx)
	if err != nil {
		return nil, err
	}
	keys, err := repo.CryptKeys(ctx)
	if err != nil {
		return nil, err
	}
	return c.Vault().Unlock(name, locked, keys)
}

// once finds a value when it is first asked for, and keeps it, or the error. An interruption is not kept: the next call tries again.
type once[T any] struct {
	mu    sync.Mutex
	known bool
	value T
	err   error
}

func (o *once[T]) get(ctx context.Context, find func(context.Context) (T, error)) (T, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.known {
		o.value, o.err = find(ctx)
		o.known = ctx.Err() == nil
	}
	return o.value, o.err
}
