package connect

import (
	"context"
	"slices"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
)

// published returns what the owning branches say at origin, as this clone knows them, about where credentials may go, and from where that
// is. There is no such place where there is no origin to ask, and the run is local or of an owning branch itself: then its own settings
// count. Where nobody knows, it returns why in place of that.
func (c *Connections) published(ctx context.Context) (said []config.Published, from string, err error) {
	settings := c.session.Config
	repo, err := c.Git(ctx)
	if err != nil {
		return nil, "", err
	}
	known, standard, err := repo.Origin(ctx)
	switch {
	case err != nil:
		return nil, "", err
	case standard == "" && (len(known) == 0 || settings.Event.InCI()) && settings.Deploying():
		return nil, "", nil
	case standard == "":
		return nil, "this clone does not know the default branch of origin", nil
	}
	first, err := publishedBy(ctx, settings, repo, standard)
	if err != nil {
		return nil, "", err
	}
	said = []config.Published{first}
	for _, branch := range first.Branches {
		if branch == standard || !slices.Contains(known, branch) {
			continue
		}
		other, err := publishedBy(ctx, settings, repo, branch)
		if err != nil {
			return nil, "", err
		}
		said = append(said, other)
	}
	return said, "origin/" + standard, nil
}

func publishedBy(ctx context.Context, settings *config.Config, repo *git.Repo, branch string) (config.Published, error) {
	content, err := repo.FileAt(ctx, git.OfOrigin(branch), config.File)
	if err != nil {
		return config.Published{}, exit.Errorf(exit.Setup, "reading %s of origin/%s: %w", config.File, branch, err).Try("run 'git fetch origin'")
	}
	return settings.PublishedBy("origin/"+branch+":"+config.File, content)
}
