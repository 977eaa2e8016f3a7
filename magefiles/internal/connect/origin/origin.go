// Package origin says what counts of the settings that the branches of origin hold, whatever is checked out: which branches own hubs, and so
// where credentials go, what a hub may make, which images and releases are whose. Whoever can push a branch can write the file of that branch,
// so the default branch decides first. Package connect asks it.
//
//	said := origin.New(s, openGit, sandboxed)
//	owners, err := said.Owners(ctx)
package origin

import (
	"cmp"
	"context"
	"strings"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/connect/once"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/session"
)

// Origin is what the branches of origin say. It is safe for concurrent use.
type Origin struct {
	session   *session.Session
	git       func(context.Context) (*git.Repo, error) // opens the repository
	sandboxed func(context.Context) (bool, error)      // reports whether the run goes to the sandbox

	heads    once.Value[git.Heads]
	standard once.Value[string] // the default branch
	owners   once.Value[plan.Owners]
	allowed  once.Value[owning]
	standing once.Value[standing]
	holders  once.Value[map[string][]holder] // by the names of hubs at origin and of their images
}

// New returns what the branches of origin say; nothing is asked yet. repository opens the clone, and sandboxed reports whether the run goes to
// the sandbox.
func New(s *session.Session, repository func(context.Context) (*git.Repo, error), sandboxed func(context.Context) (bool, error)) *Origin {
	return &Origin{session: s, git: repository, sandboxed: sandboxed}
}

// AskOrigin asks origin where the run's branch is now, and which its default branch is. It is an error if nobody answers.
func (o *Origin) AskOrigin(ctx context.Context) (git.Heads, error) {
	branch := o.session.Config.Event.Branch
	repo, err := o.git(ctx)
	if err != nil {
		return git.Heads{}, err
	}
	heads, known, err := repo.Heads(ctx, branch)
	switch {
	case err != nil:
		err = exit.Errorf(exit.Setup, "asking origin where %s is now, so that no older build deploys over a newer one: %w", branch, err).
			Try("see that 'git ls-remote origin' works here, with the credentials of this run")
	case !known:
		err = exit.Errorf(exit.Setup, "this clone has no remote called origin to ask where %s is now: an older build could deploy over a newer one", branch).
			Try("have CI clone the repository, or add that remote")
	}
	return heads, err
}

// Heads is what AskOrigin has answered first.
func (o *Origin) Heads(ctx context.Context) (git.Heads, error) {
	return o.heads.Get(ctx, o.AskOrigin)
}

// Owners returns which branches own hubs, as hubops.yaml says it on the default branch at origin: whoever can push a branch can write the
// file of that branch. Nothing is published for a run on somebody's machine, where the checkout's own file counts.
func (o *Origin) Owners(ctx context.Context) (plan.Owners, error) {
	if !o.session.Config.Event.InCI() {
		return plan.Owners{}, nil
	}
	return o.owners.Get(ctx, func(ctx context.Context) (plan.Owners, error) {
		repo, err := o.git(ctx)
		if err != nil {
			return plan.Owners{}, err
		}
		branch, commit, err := o.defaultNow(ctx, repo)
		if err != nil {
			return plan.Owners{}, err
		}
		published, err := publishedByDefault(ctx, o.session.Config, repo, branch, commit)
		return plan.Owners{Branches: published.Branches, From: "origin/" + branch}, err
	})
}

// PublishedOwners is Owners as the clone knows it, on somebody's machine too, with the name of the default branch; that is "" where the clone
// does not know it.
func (o *Origin) PublishedOwners(ctx context.Context) (owners plan.Owners, standard string, err error) {
	said, from, err := o.Published(ctx)
	if err != nil || len(said) == 0 {
		return plan.Owners{}, "", err
	}
	return plan.Owners{Branches: said[0].Branches, From: from}, strings.TrimPrefix(from, "origin/"), nil
}

// Branches returns which branches own hubs, as the checkout says it: by its settings or, without any, the default branch of origin. That
// is asked for a push, for which it matters; for another event it is what the clone knows, and may be nothing.
func (o *Origin) Branches(ctx context.Context) ([]config.Branch, error) {
	settings := o.session.Config
	if settings.Branches != nil {
		return settings.Branches, nil
	}
	standard, err := o.standard.Get(ctx, func(ctx context.Context) (string, error) {
		if settings.Event.OfBranch() && settings.Deploying() {
			heads, err := o.Heads(ctx)
			return heads.Default, err
		}
		repo, err := o.git(ctx)
		if err != nil {
			return "", err
		}
		_, known, err := repo.Origin(ctx)
		return cmp.Or(settings.Event.Default, known), err
	})
	if err != nil || standard == "" {
		return nil, err
	}
	return config.OwningAll(standard), nil
}

// defaultNow returns the default branch of origin and its newest commit, which the clone has then. It asks origin.
func (o *Origin) defaultNow(ctx context.Context, repo *git.Repo) (branch, commit string, err error) {
	heads, err := o.Heads(ctx)
	if err != nil {
		return "", "", err
	}
	if heads.Default == "" {
		return "", "", exit.Errorf(exit.Setup, "origin does not say which its default branch is, so nobody knows which branches deploy").
			Try("set the default branch there, or 'git symbolic-ref HEAD' in a repository of your own")
	}
	if err := repo.Obtain(ctx, heads.Default, heads.DefaultTip); err != nil {
		return "", "", exit.Errorf(exit.Setup, "fetching %s of origin, whose %s says which branches deploy: %w", heads.Default, config.File, err).
			Try("see that 'git fetch origin %s' works here, with the credentials of this run", heads.Default)
	}
	return heads.Default, heads.DefaultTip, nil
}

// Deploys returns why this run may have no access to the cluster and to secret values; "" if it may.
func (o *Origin) Deploys(ctx context.Context) (why string, err error) {
	settings := o.session.Config
	switch event := settings.Event; {
	case !settings.Deploying():
		return event.String(), nil
	case !event.OfBranch():
		return "", nil
	default:
		owners, err := o.Owners(ctx)
		if err != nil || owners.Let(event) {
			return "", err
		}
		return event.String() + ", which owns no hub by " + config.File + " of " + owners.From, nil
	}
}
