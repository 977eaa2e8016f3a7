package run

import (
	"context"
	"errors"
	"sync"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/connect"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/release"
	"hub-ops/magefiles/internal/survey"
)

// Became is what became of a cluster, for the last lines of a run.
type Became string

// These are all that can become of a cluster.
const (
	AllIsWell   Became = "all is well"
	NothingToDo Became = "nothing to do there" // so nobody has asked it
	HasFailed   Became = "failed"
	ItWaits     Became = "waits for an earlier round"
)

// OnEach does a thing on each of the clusters that a survey is about, on all at the same time. One that fails does not stop the others: the
// last lines say what became of each, and the error has them all.
func (r *Run) OnEach(ctx context.Context, found *survey.Survey, do func(ctx context.Context, part *survey.Survey) (Became, error)) error {
	return r.OnParts(ctx, r.Surveyor.Parts(found), do)
}

// OnParts is OnEach for the parts of a survey.
func (r *Run) OnParts(ctx context.Context, parts []*survey.Survey, do func(ctx context.Context, part *survey.Survey) (Became, error)) error {
	ends, failures := make([]Became, len(parts)), make([]error, len(parts))
	var all sync.WaitGroup
	for i, part := range parts {
		all.Go(func() {
			if ends[i], failures[i] = do(ctx, part); failures[i] != nil {
				ends[i], failures[i] = HasFailed, InCluster(part, failures[i])
			}
		})
	}
	all.Wait()
	if len(parts) > 1 {
		for i, part := range parts {
			r.Console.Result("cluster %s: %s", part.Cluster, ends[i])
		}
	}
	return errors.Join(failures...)
}

// together returns the places that the hubs of several clusters share; nil where there is one cluster.
func together(c *config.Config) chan struct{} {
	if len(c.Clusters) <= 1 {
		return nil
	}
	return make(chan struct{}, c.Together())
}

// clusterError says which of several clusters an error is about.
type clusterError struct {
	cluster string
	error
}

func (c *clusterError) Error() string { return "cluster " + c.cluster + ": " + c.error.Error() }

func (c *clusterError) Unwrap() error { return c.error }

// InCluster is OnCluster for the cluster of a survey's part.
func InCluster(part *survey.Survey, err error) error { return OnCluster(part.Cluster, err) }

// OnCluster adds to an error which of several clusters it is about, if it does not say so; to each of several that are joined.
func OnCluster(cluster string, err error) error {
	if err == nil || cluster == "" {
		return err
	}
	if joined, are := err.(interface{ Unwrap() []error }); are { // not those within
		var all []error
		for _, one := range joined.Unwrap() {
			all = append(all, OnCluster(cluster, one))
		}
		return errors.Join(all...)
	}
	if said := (*clusterError)(nil); errors.As(err, &said) {
		return err
	}
	return &clusterError{cluster, err}
}

// On returns the connections to the cluster of a survey's part.
func (r *Run) On(part *survey.Survey) *connect.Connections { return r.To.On(part.Cluster) }

// ReleasesOn returns the releases of the cluster of a survey's part.
func (r *Run) ReleasesOn(ctx context.Context, part *survey.Survey) (*release.Releases, error) {
	return release.New(ctx, r.Session, r.On(part), r.Surveyor)
}

// OnReleasesOf does a thing with the releases of the cluster that a hub is on, which need not be in the repository any more.
func (r *Run) OnReleasesOf(ctx context.Context, hub string, do func(*release.Releases) error) error {
	cluster, err := r.Surveyor.ClusterOf(ctx, hub)
	if err != nil {
		return err
	}
	releases, err := release.New(ctx, r.Session, r.To.On(cluster), r.Surveyor)
	if err != nil {
		return r.OrUnknown(ctx, hub, OnCluster(cluster, err))
	}
	return OnCluster(cluster, do(releases))
}

// OrUnknown is the error of a cluster that was to be asked about a hub. Of a name that the repository does not have either, that is told first: it
// may be misspelt. An error of bad input tells what is wrong already.
func (r *Run) OrUnknown(ctx context.Context, hub string, err error) error {
	if err == nil || exit.Code(err) == exit.BadInput {
		return err
	}
	return errors.Join(r.Surveyor.CheckThere(ctx, hub), err)
}
