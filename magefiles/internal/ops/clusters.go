package ops

import (
	"context"
	"errors"
	"sync"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/connect"
	"hub-ops/magefiles/internal/release"
	"hub-ops/magefiles/internal/survey"
)

// became is what became of a cluster, for the last lines of a run.
type became string

const (
	allIsWell   became = "all is well"
	nothingToDo became = "nothing to do there" // so nobody has asked it
	hasFailed   became = "failed"
	itWaits     became = "waits for an earlier round"
)

// onEach does a thing on each of the clusters that a survey is about, on all at the same time. One that fails does not stop the others: the
// last lines say what became of each, and the error has them all.
func (r *run) onEach(ctx context.Context, found *survey.Survey, do func(ctx context.Context, part *survey.Survey) (became, error)) error {
	return r.onParts(ctx, r.surveyor.Parts(found), do)
}

// onParts is onEach for the parts of a survey.
func (r *run) onParts(ctx context.Context, parts []*survey.Survey, do func(ctx context.Context, part *survey.Survey) (became, error)) error {
	ends, failures := make([]became, len(parts)), make([]error, len(parts))
	var all sync.WaitGroup
	for i, part := range parts {
		all.Go(func() {
			if ends[i], failures[i] = do(ctx, part); failures[i] != nil {
				ends[i], failures[i] = hasFailed, inCluster(part, failures[i])
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

// inCluster is onCluster for the cluster of a survey's part.
func inCluster(part *survey.Survey, err error) error { return onCluster(part.Cluster, err) }

// onCluster adds to an error which of several clusters it is about, if it does not say so; to each of several that are joined.
func onCluster(cluster string, err error) error {
	if err == nil || cluster == "" {
		return err
	}
	if joined, are := err.(interface{ Unwrap() []error }); are { // not those within
		var all []error
		for _, one := range joined.Unwrap() {
			all = append(all, onCluster(cluster, one))
		}
		return errors.Join(all...)
	}
	if said := (*clusterError)(nil); errors.As(err, &said) {
		return err
	}
	return &clusterError{cluster, err}
}

// on returns the connections to the cluster of a survey's part.
func (r *run) on(part *survey.Survey) *connect.Connections { return r.to.On(part.Cluster) }

// releasesOn returns the releases of the cluster of a survey's part.
func (r *run) releasesOn(ctx context.Context, part *survey.Survey) (*release.Releases, error) {
	releases, err := release.New(ctx, r.Session, r.on(part), r.surveyor)
	if err == nil {
		releases.Tell = r.applied.add
	}
	return releases, err
}

// onReleasesOf does a thing with the releases of the cluster that a hub is on, which need not be in the repository any more.
func (r *run) onReleasesOf(ctx context.Context, hub string, do func(*release.Releases) error) error {
	cluster, err := r.surveyor.ClusterOf(ctx, hub)
	if err != nil {
		return err
	}
	releases, err := release.New(ctx, r.Session, r.to.On(cluster), r.surveyor)
	if err == nil {
		err = do(releases)
	}
	return onCluster(cluster, err)
}
