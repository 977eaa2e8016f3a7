package survey

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/kube/manifest"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/ui"
)

// Fleet is what the cluster holds of all releases.
type Fleet struct {
	Nodes Nodes

	cluster  string // "" for the only one
	client   *kube.Client
	here     history.Repositories
	releases map[string]history.Release // by namespace and name
	keys     map[string]history.Key     // by namespace
	tillers  []string                   // namespaces with a server of Helm 2
	now      time.Time                  // by the clock of the API server

	strangers strangers
}

// Release returns what the cluster holds of a hub; without revisions if it was never deployed.
func (f *Fleet) Release(at layout.Address) history.Release { return f.releases[at.Key()] }

// WantsPods reports whether the newest revision of a hub's release, as helm has stored it, is to have pods.
func (f *Fleet) WantsPods(ctx context.Context, at layout.Address) (bool, error) {
	kept, err := f.client.Stored(ctx, at, f.Release(at).Newest().Number)
	if err != nil {
		return false, err
	}
	stored, err := history.Decode(kept.Data)
	if err != nil {
		return false, err
	}
	objects, err := stored.Objects(at.Namespace)
	if err != nil {
		return false, err
	}
	return manifest.WantsPods(objects, at.Namespace), nil
}

// Key returns the key for the digest of a hub's secret values, nil if the cluster has none yet.
func (f *Fleet) Key(at layout.Address) history.Key { return f.keys[at.Namespace] }

// AskCluster asks the cluster for all releases in one request, also if it was asked before, and makes the plan anew. It decrypts nothing
// that SOPS has encrypted: of a file that was encrypted anew it says that secret values have changed.
func (s *Surveyor) AskCluster(ctx context.Context, v *Survey) error {
	return s.askCluster(ctx, v, s.Kept)
}

// AskClusterToDeploy is AskCluster for a deploy: it decrypts what SOPS has encrypted anew.
func (s *Surveyor) AskClusterToDeploy(ctx context.Context, v *Survey) error {
	return s.askCluster(ctx, v, s.Wanted)
}

// wanted returns the record that a deploy of a hub would make. was is the record of the newest revision.
type wanted func(ctx context.Context, v *Survey, fact plan.HubFacts, h hub.Hub, was history.Record) (history.Record, error)

func (s *Surveyor) askCluster(ctx context.Context, v *Survey, wanted wanted) error {
	defer s.session.Console.Beat(ui.Heartbeat, "asking the cluster")()
	cluster, err := s.to.On(v.Cluster).Cluster(ctx)
	if err != nil {
		return err
	}
	if v.Fleet, err = s.askFleet(ctx, v.Cluster, cluster.Kube); err != nil {
		return err
	}
	if err := s.compare(ctx, v, wanted); err != nil {
		return err
	}
	v.Plan, err = plan.Make(v.Facts)
	return err
}

func (s *Surveyor) askFleet(ctx context.Context, cluster string, client *kube.Client) (*Fleet, error) {
	here, err := s.Here(ctx)
	if err != nil {
		return nil, err
	}
	fleet := &Fleet{cluster: cluster, client: client, here: here}
	group, asking := errgroup.WithContext(ctx)
	group.Go(func() (err error) { fleet.releases, err = client.Releases(asking); return err })
	group.Go(func() (err error) { fleet.keys, err = client.RecordKeys(asking); return err })
	group.Go(func() error { fleet.Nodes = client.Platforms(asking); return nil })
	group.Go(func() error {
		namespaces, known, err := client.Tillers(asking)
		if fleet.tillers = namespaces; err == nil && !known {
			s.session.Console.Info("", "this account may not see whether a Tiller (the server of Helm 2) runs in the cluster")
		}
		return err
	})
	err = group.Wait()
	fleet.now = client.Now()
	return fleet, err
}

// compare fills in, for each hub, what was deployed and what a deploy would make.
func (s *Surveyor) compare(ctx context.Context, v *Survey, wanted wanted) error {
	images, err := s.to.Registry(ctx)
	if err != nil {
		return err
	}
	if err := s.prefetch(ctx, v.Hubs); err != nil {
		return err
	}
	helm, err := s.helmVersion(ctx, v)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(questions)
	for i, h := range v.Hubs {
		fact := &v.Facts.Hubs[i]
		release := v.Fleet.Release(h.At)
		newest := release.Newest()
		fact.Release = plan.Release{Asked: true, Age: time.Since(newest.Made), Running: release.Running()}.With(newest)
		fact.Release.Had = v.Fleet.now.Sub(release.Had(v.Facts.Rounds.For))
		for j := range fact.Images {
			fact.Images[j].Last = release.LastOf(fact.Images[j].Key, fact.Images[j].RecordedTag())
		}
		s.recall(fact)
		group.Go(func() (err error) {
			for j := range fact.Images {
				image := &fact.Images[j]
				if image.Digest != "" || image.Unsure || image.Unplaced || image.BuiltElsewhere() {
					continue
				}
				if image.Digest, err = images.Digest(ctx, image.Name, image.Tag); err != nil && !errors.Is(err, registry.ErrRefused) { // it may have been pushed since
					return err
				}
			}
			if fact.Release.Foreign, err = s.foreign(ctx, v.Fleet.client, release, h.At); err != nil {
				return err
			}
			if release.Current().Number == 0 {
				if fact.Release.Elsewhere, err = s.otherPlace(ctx, v, h); err != nil {
					return err
				}
			}
			fact.Release.Moved = plan.Moved(*fact)
			fact.Release.Wanted, err = wanted(ctx, v, *fact, h, newest.Record)
			fact.Release.Wanted.Helm = helm
			fact.Release.Tried = release.Tried(fact.Release.Wanted, v.Facts.Rounds.For)
			return err
		})
	}
	return group.Wait()
}

// CheckTiller refuses a cluster in which a Tiller runs: a deploy would make a release of Helm 3 or 4 beside one of Helm 2.
func (f *Fleet) CheckTiller() error { return CheckTiller(f.tillers) }

// CheckTiller refuses a cluster with a Tiller in these namespaces.
func CheckTiller(namespaces []string) error {
	if len(namespaces) == 0 {
		return nil
	}
	return exit.Errorf(exit.Setup, "%s: a deploy would make a second release beside each of its own", TillerRuns(namespaces)).Try("move them with the helm-2to3 plugin, and remove Tiller")
}

// Tiller returns a sentence that says where a Tiller, the server of Helm 2, runs; "" if none was found.
func (f *Fleet) Tiller() string { return TillerRuns(f.tillers) }

// TillerRuns returns the sentence for Tillers in these namespaces, "" if there are none.
func TillerRuns(namespaces []string) string {
	if len(namespaces) == 0 {
		return ""
	}
	return "a Tiller, the server of Helm 2, runs in the cluster (namespace " + strings.Join(namespaces, ", ") + ")"
}

// Orphans returns the releases that were deployed from this repository and are no hub's of it: the hub is gone, or has its release
// elsewhere by now.
func (v *Survey) Orphans() []layout.Address {
	wanted := map[string]bool{}
	for _, h := range v.Hubs {
		wanted[h.At.Key()] = true
	}
	var orphans []layout.Address
	for key, release := range v.Fleet.releases {
		if hub := ownHub(release, v.Fleet.here); hub != "" && !wanted[key] {
			orphans = append(orphans, layout.Address{Hub: hub, Cluster: v.Cluster, Release: release.Name, Namespace: release.Namespace})
		}
	}
	slices.SortFunc(orphans, func(a, b layout.Address) int { return cmp.Or(cmp.Compare(a.Hub, b.Hub), cmp.Compare(a.Key(), b.Key())) })
	return orphans
}

// ownHub returns the hub that a release was deployed for from this repository, "" if it was not. Earlier versions did not record it: their
// releases have the hub's name, and so have their namespaces.
func ownHub(release history.Release, here history.Repositories) string {
	recorded := release.Recorded()
	hub := recorded.Record.Hub
	if (hub == "" || hub == history.None) && release.Name == release.Namespace {
		hub = release.Name
	}
	if recorded.Number == 0 || release.Foreign(here, hub) != "" || release.Newest().Status == "uninstalled" {
		return ""
	}
	return hub
}
