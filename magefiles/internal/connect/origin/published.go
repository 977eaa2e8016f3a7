package origin

import (
	"context"
	"slices"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
)

// Published returns what the owning branches say at origin about where credentials may go, and from where that is. There is no such
// place on somebody's machine whose clone has no origin: then its own settings count. Where nobody knows, it returns why in place of that.
func (o *Origin) Published(ctx context.Context) (said []config.Published, from string, err error) {
	settings := o.session.Config
	repo, err := o.git(ctx)
	if err != nil {
		return nil, "", err
	}
	known, standard, err := repo.Origin(ctx)
	if err != nil {
		return nil, "", err
	}
	commit := git.OfOrigin(standard)
	if inCI := settings.Event.InCI(); inCI && (standard == "" || settings.Deploying()) {
		standard, commit, err = o.defaultNow(ctx, repo)
		if err != nil && settings.Deploying() {
			return nil, "", err
		}
	} else if standard == "" && len(known) == 0 {
		return nil, "", nil
	}
	if standard == "" {
		return nil, "this clone does not know the default branch of origin ('git remote set-head origin --auto' asks for it)", nil
	}
	first, err := publishedByDefault(ctx, settings, repo, standard, commit)
	if err != nil {
		return nil, "", err
	}
	said = []config.Published{first}
	for _, branch := range first.Branches {
		commit := git.OfOrigin(branch.Name)
		switch own := settings.Event.OfBranch() && settings.Event.Branch == branch.Name; {
		case branch.Name == standard:
			continue
		case own:
			commit = "HEAD"
		case !slices.Contains(known, branch.Name):
			continue
		}
		other, err := publishedBy(ctx, settings, repo, branch.Name, commit)
		if err != nil {
			return nil, "", err
		}
		said = append(said, other)
	}
	return said, "origin/" + standard, nil
}

// publishedByDefault reads the settings of the default branch of origin, which deploys all hubs if they do not say otherwise.
func publishedByDefault(ctx context.Context, settings *config.Config, repo *git.Repo, branch, commit string) (config.Published, error) {
	published, err := publishedBy(ctx, settings, repo, branch, commit)
	if published.Branches == nil {
		published.Branches = config.OwningAll(branch)
	}
	return published, err
}

// publishedBy reads the settings of a branch of origin at a commit.
func publishedBy(ctx context.Context, settings *config.Config, repo *git.Repo, branch, commit string) (config.Published, error) {
	content, err := repo.FileAt(ctx, commit, config.File)
	if err != nil {
		return config.Published{}, exit.Errorf(exit.Setup, "reading %s of origin/%s: %w", config.File, branch, err).Try("run 'git fetch origin'")
	}
	published, err := settings.PublishedBy("origin/"+branch+":"+config.File, content)
	published.Branch, published.Commit = branch, commit
	return published, err
}
