package survey

import (
	"context"
	"fmt"
	"path"
	"sync"

	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/ui"
)

// remotes are the repositories that this clone stands for, asked once a run.
type remotes struct {
	mu    sync.Mutex
	asked bool
	names []string
}

// Remotes names the repositories that this clone stands for, as owner/name.
func (s *Surveyor) Remotes(ctx context.Context) ([]string, error) {
	s.remotes.mu.Lock()
	defer s.remotes.mu.Unlock()
	if s.remotes.asked {
		return s.remotes.names, nil
	}
	repo, err := s.to.Git(ctx)
	if err != nil {
		return nil, err
	}
	names, err := repo.Remotes(ctx)
	if err == nil {
		s.remotes.asked, s.remotes.names = true, names
	}
	return names, err
}

// Here returns the marks of the repositories that this clone stands for. Hubs below its top are of a repository of their own: the clone can have
// several, with hubs of one name.
func (s *Surveyor) Here(ctx context.Context) (history.Repositories, error) {
	names, err := s.Remotes(ctx)
	if err != nil {
		return nil, err
	}
	repo, err := s.to.Git(ctx)
	if err != nil {
		return nil, err
	}
	return marksOf(names, repo.Below()), nil
}

func marksOf(names []string, below string) history.Repositories {
	own := make([]string, len(names))
	for i, name := range names {
		own[i] = path.Join(name, below)
	}
	return history.Marks(own)
}

// Foreign says why a deploy would change what is not this repository's; "" if it would not. That is a release which does not carry
// our record; or, where there is no release yet, a namespace that does not, and in which something runs or is kept.
func (s *Surveyor) Foreign(ctx context.Context, client *kube.Client, release history.Release, at layout.Address) (string, error) {
	here, err := s.Here(ctx)
	if err != nil {
		return "", err
	}
	if why := release.Foreign(here, at.Hub); why != "" {
		return fmt.Sprintf("the cluster has a release %s, and %s", at.Named(), why), nil
	}
	if release.Newest().Number > 0 {
		return "", nil
	}
	namespace, err := client.Namespace(ctx, at.Namespace)
	if err != nil || !namespace.Found || here.Own(namespace.Deployed) {
		return "", err
	}
	if namespace.Deployed != "" {
		return fmt.Sprintf("the namespace %s is of another repository, %s", at.Namespace, namespace.Deployed), nil
	}
	occupants, err := client.Occupants(ctx, at.Namespace)
	if err != nil || len(occupants) == 0 {
		return "", err
	}
	const most = 3
	return fmt.Sprintf("the namespace %s is not of hub-ops, and holds %s", at.Namespace, ui.First(occupants, most)), nil
}

// foreign is Foreign for the plan: "" too if this run is to take the hub over.
func (s *Surveyor) foreign(ctx context.Context, client *kube.Client, release history.Release, at layout.Address) (string, error) {
	if s.session.Config.Adopt == at.Hub {
		return "", nil
	}
	why, err := s.Foreign(ctx, client, release, at)
	if why != "" {
		why += "; ADOPT=" + at.Hub + " takes it over"
	}
	return why, err
}
