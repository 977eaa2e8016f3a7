package survey

import (
	"context"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/layout"
)

// Where returns where the release of a hub is: as the repository says or, of a hub that the repository no longer has, where a release is
// that carries our record of it. A repository that cannot be read does not keep a hub from being found in the cluster.
func (s *Surveyor) Where(ctx context.Context, client *kube.Client, name string) (layout.Address, error) {
	if directory, err := s.list(ctx); err == nil && directory.Has(name) {
		return directory.Address(name)
	}
	here, err := s.Here(ctx)
	if err != nil {
		return layout.Address{}, err
	}
	releases, err := client.Releases(ctx)
	if err != nil {
		return layout.Address{}, err
	}
	return recordedAt(releases, here, name)
}

// CheckThere refuses a name that the repository does not have: it may be misspelt. A repository that cannot be read refuses none.
func (s *Surveyor) CheckThere(ctx context.Context, name string) error {
	directory, err := s.list(ctx)
	if err != nil || directory.Has(name) {
		return nil //nolint:nilerr // a hub can be found in the cluster without the repository
	}
	_, err = directory.Load(ctx, name)
	return err
}

// CheckPlace refuses to change the release of a hub where only the checkout says that it is the hub's: see connect. Of a hub that the
// repository does not have, a record has said it.
func (s *Surveyor) CheckPlace(ctx context.Context, at layout.Address) error {
	directory, err := s.list(ctx)
	if err != nil || !directory.Has(at.Hub) {
		return nil //nolint:nilerr // what was found without the repository is what a record says
	}
	return s.to.CheckPlace(ctx, directory.Place(at.Hub), at)
}

// recordedAt finds the release that was deployed for a hub from this repository; without one it would have the hub's name.
func recordedAt(releases map[string]history.Release, here history.Repositories, name string) (layout.Address, error) {
	found := layout.Plain(name)
	var names []string
	for _, release := range releases {
		if release.Recorded().Record.Hub == name && release.Foreign(here, name) == "" && release.Newest().Status != "uninstalled" {
			found.Release, found.Namespace = release.Name, release.Namespace
			names = append(names, found.Named())
		}
	}
	if len(names) > 1 {
		slices.Sort(names)
		return found, exit.Input("%d releases carry our record of hub %s, which the repository does not have: %s", len(names), name, strings.Join(names, "; ")).
			Try("see which is meant, and remove that one with 'helm uninstall'")
	}
	return found, nil
}
