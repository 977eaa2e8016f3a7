package ops

import (
	"context"
	"fmt"
	"path"
	"slices"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/helm"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/cosign"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/plan"
)

// RollbackHub returns a hub to the last revision that was healthy, or to the one that REVISION names, after showing what
// that changes.
func RollbackHub(name string) Verb {
	return func(ctx context.Context, s *Session) error {
		client, helmClient, err := s.toolsFor(ctx, true)
		if err != nil {
			return err
		}
		release, err := client.Release(ctx, name)
		if err != nil {
			return err
		}
		if _, err := rollbackTarget(release, name, s.Config.Revision); err != nil {
			return err // before a lock, and a namespace for it, is made
		}
		defer s.Console.Beat(heartbeat, "rolling back")()
		return s.locked(ctx, client, name, func(ctx context.Context) error {
			return s.rollback(ctx, client, helmClient, name)
		})
	}
}

// toolsFor finds kubectl and helm for what is done to one hub, and asks before anything is changed with an operator's own
// access.
func (s *Session) toolsFor(ctx context.Context, changes bool) (*kube.Client, *helm.Client, error) {
	client, access, err := s.cluster(ctx)
	if err != nil {
		return nil, nil, err
	}
	if changes {
		if err := s.confirm(ctx, client, access); err != nil {
			return nil, nil, err
		}
	}
	helmClient, err := s.helm(ctx, access)
	if err != nil {
		return nil, nil, err
	}
	s.Console.Info("", "this is %s, with helm %s", s.where(access), helmClient.Version)
	return client, helmClient, nil
}

func (s *Session) rollback(ctx context.Context, client *kube.Client, helmClient *helm.Client, name string) error {
	release, err := client.Release(ctx, name)
	if err != nil {
		return err
	}
	target, err := rollbackTarget(release, name, s.Config.Revision)
	if err != nil {
		return err
	}
	signer, err := s.cosign(ctx)
	if err != nil {
		return err
	}
	if err := s.imageIsThere(ctx, signer, name, target.Record); err != nil {
		return err
	}
	before, err := s.manifestOf(ctx, client, name, release.Newest().Number)
	if err != nil {
		return err
	}
	after, err := s.manifestOf(ctx, client, name, target.Number)
	if err != nil {
		return err
	}
	s.Console.Info(name, "from revision %d (%s) to revision %d, of commit %s:", release.Newest().Number, release.Newest().Status, target.Number, target.Record.Commit)
	s.showDiff(before, after, func(line string) { s.Console.Line(name, line) })
	watcher, err := s.watcher(ctx, client)
	if err != nil {
		return err
	}
	h := hub.Hub{Name: name, ChartDir: path.Join(hub.ChartsDir, name)} // it may be no longer in the repository
	workloads, err := s.changeAndWatch(ctx, watcher, client, h, func(ctx context.Context) error {
		return s.rollBackTo(ctx, client, helmClient, name, target.Number)
	})
	if err != nil {
		return err
	}
	s.Console.Result("%s: rolled back to revision %d (commit %s), %s", name, target.Number, target.Record.Commit, rolledOut(workloads))
	s.Console.Info(name, "the next deploy brings back what the repository says: revert the change there too")
	return nil
}

// rollbackTarget finds the revision to go back to; wanted is 0 for the last healthy one.
func rollbackTarget(release kube.Release, name string, wanted int) (kube.Revision, error) {
	newest := release.Newest()
	if newest.Number == 0 {
		return newest, exit.Input("hub %s was never deployed: there is nothing to roll back", name)
	}
	if wanted == 0 {
		if target := release.Healthy(newest.Number); target.Number > 0 {
			return target, nil
		}
		return newest, exit.Input("hub %s has no earlier revision that was healthy; 'helm history --namespace %s %s' lists all, and REVISION names one", name, name, name)
	}
	at := slices.IndexFunc(release.Revisions, func(r kube.Revision) bool { return r.Number == wanted })
	switch {
	case at < 0:
		return newest, exit.Input("REVISION=%d: hub %s has revisions %d to %d", wanted, name, release.Revisions[0].Number, newest.Number)
	case wanted == newest.Number:
		return newest, exit.Input("REVISION=%d is what hub %s is at", wanted, name)
	case plan.Pending(release.Revisions[at].Status):
		return newest, exit.Input("REVISION=%d of hub %s was never finished (%s): name another one", wanted, name, release.Revisions[at].Status)
	}
	return release.Revisions[at], nil
}

// imageIsThere keeps a hub from going back to an image that nobody can pull any more, or that is not signed.
func (s *Session) imageIsThere(ctx context.Context, signer *cosign.Cosign, name string, r history.Record) error {
	if r.ImageTag == "" || r.ImageTag == history.None {
		return nil
	}
	digest, err := s.registry().Digest(ctx, name, r.ImageTag)
	if err != nil {
		return err
	}
	if digest == "" {
		return exit.With(exit.Push, fmt.Errorf("hub %s cannot go back: its image %s:%s is no longer in the registry; name another revision with REVISION, or push that content again", name, s.registry().Repository(name), r.ImageTag))
	}
	return s.verified(ctx, signer, name, digest)
}
