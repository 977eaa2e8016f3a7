package survey

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/layout"
)

// reached are the releases of clusters, read when a hub is first installed on another one. Of one that cannot be asked
// there are none.
type reached struct {
	mu       sync.Mutex
	releases map[string]map[string]history.Release // by the names of clusters
}

// otherPlace says where a release is that carries our record of a hub which is not deployed where it should be, on its cluster or on another
// one, whether the run is about that or not; "" if there is none, or if ALLOW_SECOND names the hub.
func (s *Surveyor) otherPlace(ctx context.Context, v *Survey, h hub.Hub) (string, error) {
	if s.session.Config.MayHaveTwo(h.Name) {
		return "", nil
	}
	if release, found := recorded(v.Fleet.releases, v.Fleet.here, h.Name, h.At.Key()); found {
		at := layout.Address{Hub: h.Name, Cluster: h.At.Cluster, Release: release.Name, Namespace: release.Namespace}
		return fmt.Sprintf("the cluster has it as release %s (revision %d): %s", at.Named(), release.Newest().Number, TwinRemedy(at, h.Name)), nil
	}
	for _, cluster := range v.others {
		releases, err := s.releasesOf(ctx, cluster)
		if err != nil {
			return "", err
		}
		if release, found := recorded(releases, v.Fleet.here, h.Name, ""); found {
			at := layout.Address{Hub: h.Name, Cluster: cluster, Release: release.Name, Namespace: release.Namespace}
			return fmt.Sprintf("it is release %s (revision %d): if it is to stay there, say so in hubops.yaml, hubs: {%s: {layout: {cluster: %s}}}; if there are to be two, ALLOW_SECOND=%s",
				at.Named(), release.Newest().Number, h.Name, cluster, h.Name), nil
		}
	}
	return "", nil
}

// recorded finds a release that was deployed for a hub from this repository, and is not the one of the key.
func recorded(releases map[string]history.Release, here history.Repositories, name, but string) (history.Release, bool) {
	for _, key := range slices.Sorted(maps.Keys(releases)) {
		release := releases[key]
		if key != but && release.Recorded().Record.Hub == name && ownHub(release, here) == name {
			return release, true
		}
	}
	return history.Release{}, false
}

// releasesOf asks another cluster for its releases, once. One that does not answer is told: it does not stop the others.
func (s *Surveyor) releasesOf(ctx context.Context, cluster string) (map[string]history.Release, error) {
	s.reached.mu.Lock()
	defer s.reached.mu.Unlock()
	if known, asked := s.reached.releases[cluster]; asked {
		return known, nil
	}
	var releases map[string]history.Release
	to, err := s.to.On(cluster).Cluster(ctx)
	if err == nil {
		releases, err = to.Kube.Releases(ctx)
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		s.session.Console.Problem("", "whether cluster %s has what is installed elsewhere now is not known: %v", cluster, err)
	}
	if s.reached.releases == nil {
		s.reached.releases = map[string]map[string]history.Release{}
	}
	s.reached.releases[cluster] = releases
	return releases, nil
}
