// Package connect finds what a run talks to: the registry, the engine that builds images, the cluster, helm, cosign, the
// repository and its secret files. A session goes in, clients come out. Each is found when it is first asked for, and kept until
// the run ends, so a target shares it with those that it depends on. Packages survey, release and those of ops call it.
//
//	to := connect.New(s)
//	cluster, err := to.Cluster(ctx) // logs in
//	cluster, err = to.Cluster(ctx)  // the same
//	cluster, err = to.On("west").Cluster(ctx) // another one, where hubops.yaml names several
package connect

import (
	"context"
	"os"
	"path/filepath"
	"sync"

	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/connect/once"
	"hub-ops/magefiles/internal/connect/origin"
	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/helm"
	"hub-ops/magefiles/internal/image/build"
	"hub-ops/magefiles/internal/image/cosign"
	"hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/session"
	"hub-ops/magefiles/internal/watch"
)

// Connections are those of one run, to one cluster. They are safe for concurrent use, and end with the session.
type Connections struct {
	*shared
	*place
}

// shared are the connections that do not depend on a cluster.
type shared struct {
	*origin.Origin
	session *session.Session

	mu     sync.Mutex
	places map[string]*place // by the names of clusters
	asking sync.Mutex        // of an operator

	destination once.Value[Destination]
	registry    once.Value[registry.Registry]
	builder     once.Value[build.Builder]
	repo2docker once.Value[string]
	signer      once.Value[*cosign.Cosign]
	repository  once.Value[*git.Repo]
	files       once.Value[*git.Snapshot]
	charts      once.Value[*chart.Charts]

	login   once.Value[string] // the variable that leads helm to the login for the registry
	fetcher once.Value[*helm.Dependencies]
	fetched helm.ChartCache // which chart it is depends on no cluster

	assembled helm.Once
}

// place are the connections to one cluster.
type place struct {
	name string // of the cluster, "" for the only one

	cluster      once.Value[*Cluster]
	confirmed    once.Value[struct{}]
	helm         once.Value[*helm.Client]
	watcher      once.Value[*watch.Watcher]
	dependencies once.Value[*helm.Dependencies]
}

// New returns the connections of a session; nothing is asked yet. Where hubops.yaml names several clusters, they are to the one of CLUSTER.
func New(s *session.Session) *Connections {
	all := &shared{session: s, places: map[string]*place{}, fetched: helm.ChartCache{Dir: filepath.Join(s.Config.CacheDir, "charts")}}
	name := s.Config.Cluster
	if names := s.Config.ClusterNames(); len(names) == 1 {
		name = names[0]
	}
	to := (&Connections{shared: all}).On(name)
	all.Origin = origin.New(s, to.Git, to.sandboxed)
	return to
}

// On returns the connections to one of several clusters, "" for the only one. All else they share.
func (c *Connections) On(cluster string) *Connections {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.places[cluster] == nil {
		c.places[cluster] = &place{name: cluster}
	}
	return &Connections{shared: c.shared, place: c.places[cluster]}
}

// settings are those of the run for this cluster. A sandbox stands for all of them.
func (c *Connections) settings(to Destination) *config.Config {
	if to.Sandbox != nil {
		return to.settings
	}
	return to.settings.On(c.name)
}

// private is a directory of the run, in memory where that can be, for the credentials of this cluster.
func (c *Connections) private() (string, error) {
	if c.name == "" {
		return c.session.Private, nil
	}
	dir := filepath.Join(c.session.Private, "clusters", c.name)
	return dir, os.MkdirAll(dir, 0o700)
}

// Git returns the repository that the run works in.
func (c *Connections) Git(ctx context.Context) (*git.Repo, error) {
	return c.repository.Get(ctx, func(ctx context.Context) (*git.Repo, error) {
		return git.Open(ctx, c.session.Run, c.session.Config.Root, c.session.Scratch)
	})
}

// Files returns what Git holds of the repository, as it is when this is first called.
func (c *Connections) Files(ctx context.Context) (*git.Snapshot, error) {
	return c.files.Get(ctx, func(ctx context.Context) (*git.Snapshot, error) {
		repo, err := c.Git(ctx)
		if err != nil {
			return nil, err
		}
		return repo.Snapshot(ctx)
	})
}

// Charts returns the charts of the repository.
func (c *Connections) Charts(ctx context.Context) (*chart.Charts, error) {
	return c.charts.Get(ctx, func(ctx context.Context) (*chart.Charts, error) {
		files, err := c.Files(ctx)
		if err != nil {
			return nil, err
		}
		return chart.New(files, c.unlockOfChart, c.session.Config.SecretPlaces()), nil
	})
}
