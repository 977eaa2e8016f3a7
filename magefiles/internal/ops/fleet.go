package ops

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/plan"
)

// fleet is what the cluster says of all releases.
type fleet struct {
	releases map[string]kube.Release // by namespace and name
	keys     map[string]history.Key  // by namespace
	tillers  []string                // namespaces with a server of Helm 2
}

func (f *fleet) of(name string) kube.Release { return f.releases[name+"/"+name] }

// askCluster asks for all releases at once, and plans anew with what it says.
func (s *Session) askCluster(ctx context.Context, v *survey, client *kube.Client) error {
	defer s.Console.Beat(heartbeat, "asking the cluster")()
	v.fleet = &fleet{}
	group, asking := errgroup.WithContext(ctx)
	group.Go(func() (err error) { v.fleet.releases, err = client.Releases(asking); return err })
	group.Go(func() (err error) { v.fleet.keys, err = client.RecordKeys(asking); return err })
	group.Go(func() error {
		namespaces, known, err := client.Tillers(asking)
		if v.fleet.tillers = namespaces; err == nil && !known {
			s.Console.Info("", "this account may not see whether a Tiller (the server of Helm 2) runs in the cluster")
		}
		return err
	})
	if err := group.Wait(); err != nil {
		return err
	}
	if err := s.compare(ctx, v); err != nil {
		return err
	}
	var err error
	v.plan, err = plan.Make(v.facts)
	return err
}

// compare puts what was deployed beside what a deploy would make of each hub.
func (s *Session) compare(ctx context.Context, v *survey) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(questions)
	for i, h := range v.hubs {
		fact := &v.facts.Hubs[i]
		newest := v.fleet.of(h.Name).Newest()
		fact.Release = plan.Release{
			Asked: true, Revision: newest.Number, Status: newest.Status, Age: time.Since(newest.Made), Recorded: newest.Record,
		}
		group.Go(func() (err error) {
			if fact.HasImage && fact.Digest == "" && !fact.Unsure { // it may have been pushed since
				if fact.Digest, err = s.registry().Digest(ctx, h.Name, fact.Tag); err != nil && !errors.Is(err, image.ErrRefused) {
					return err
				}
			}
			key := v.fleet.keys[h.Name]
			fact.Release.Wanted, err = s.wanted(*fact, h, key)
			s.sameSecrets(ctx, h, key, newest.Record, &fact.Release.Wanted)
			return err
		})
	}
	return group.Wait()
}

// refuseTiller keeps a release of Helm 3 or 4 from being made beside one of Helm 2.
func (f *fleet) refuseTiller() error {
	if len(f.tillers) == 0 {
		return nil
	}
	return exit.With(exit.Setup, errors.New(tillerRuns(f.tillers)+": a deploy would make a second release beside each of its own; move them with the helm-2to3 plugin, and remove Tiller"))
}

func tillerRuns(namespaces []string) string {
	return "a Tiller, the server of Helm 2, runs in the cluster (namespace " + strings.Join(namespaces, ", ") + ")"
}

// orphans names the hubs that were once deployed from a repository like this one, and are not in it.
func (f *fleet) orphans(hubs []hub.Hub) []string {
	var names []string
	for _, release := range f.releases {
		newest := release.Newest()
		known := newest.Record.Commit != "" && newest.Status != "uninstalled"
		if known && release.Name == release.Namespace && !contains(hubs, release.Name) && !slices.Contains(names, release.Name) {
			names = append(names, release.Name)
		}
	}
	slices.Sort(names)
	return names
}

// showOrphans names what the repository no longer holds. In the sandbox it is the demonstration's, or another repository's.
func (s *Session) showOrphans(names []string) {
	for _, name := range names {
		if s.sandbox == nil {
			s.Console.Result("%s is in the cluster, and no longer in the repository: 'mage remove:hub %s' removes it, and keeps its data", name, name)
		}
	}
}
