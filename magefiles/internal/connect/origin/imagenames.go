package origin

import (
	"context"
	"slices"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/pattern"
	"hub-ops/magefiles/internal/plan"
)

// holder is the hub at origin that has a name for itself or for its image, and the branch that owns it.
type holder struct{ hub, branch string }

// CheckImage refuses a push to change an image of one of its hubs where the name is that of another branch's hub, or of its image: a branch
// could call an image of its own what another branch's is called, and push into that repository. What the default branch says at origin that
// the hub's images are called, they are: hubs of several branches can share one. at is where hubops.yaml sets the image.
func (o *Origin) CheckImage(ctx context.Context, hub layout.Names, image, at string) error {
	standard, err := o.standing.Get(ctx, o.defaultLayout)
	if err != nil {
		return err
	}
	if settings := standard.settings; settings.Layout.Makes(hub) {
		if names, err := settings.For(hub.Name()).Layout.ImageNames(hub); err == nil && slices.Contains(names, image) {
			return nil
		}
	}
	whose, err := o.holderOf(ctx, image)
	if err != nil || whose == "" {
		return err
	}
	if at == "" {
		at = config.File
	}
	return exit.Input("%s: the image %s of hub %s has the name of %s, by %s of origin/%s: the push would change what that hub has; nothing was changed", at, image, hub.Name(), whose, config.File, standard.branch).
		Try("give it another name; if the hubs are to share the image, say so in %s of the default branch first", config.File)
}

// standing is what the default branch of origin says of the layout.
type standing struct {
	branch, commit string
	settings       *config.Config
}

func (o *Origin) defaultLayout(ctx context.Context) (found standing, err error) {
	repo, err := o.git(ctx)
	if err != nil {
		return found, err
	}
	if found.branch, found.commit, err = o.defaultNow(ctx, repo); err != nil {
		return found, err
	}
	found.settings, err = o.layoutAt(ctx, repo, found.branch, found.commit)
	return found, err
}

// holderOf says which other branch's hub has a name at origin, for itself or for its image; "" if none has.
func (o *Origin) holderOf(ctx context.Context, image string) (string, error) {
	owners, err := o.Owners(ctx)
	if err != nil {
		return "", err
	}
	branch := o.session.Config.Event.Branch
	owner, err := ownerByName(config.File+" of "+owners.From, owners.Branches, image)
	if err != nil {
		return "", err
	}
	if owner != "" && owner != branch {
		return "a hub of branch " + owner, nil
	}
	holders, err := o.holders.Get(ctx, o.findHolders)
	if err != nil {
		return "", err
	}
	for _, one := range holders[image] {
		if one.branch != branch {
			return "hub " + one.hub + " of branch " + one.branch + ", or of its image", nil
		}
	}
	return "", nil
}

// findHolders lists the names that hubs of the owning branches and their images have at origin. What a branch says of another's hubs does not
// count, except for the default branch, which has hubs of others too.
func (o *Origin) findHolders(ctx context.Context) (map[string][]holder, error) {
	repo, err := o.git(ctx)
	if err != nil {
		return nil, err
	}
	owners, err := o.Owners(ctx)
	if err != nil {
		return nil, err
	}
	standard, err := o.standing.Get(ctx, o.defaultLayout)
	if err != nil {
		return nil, err
	}
	holders := map[string][]holder{}
	if err := o.addHolders(ctx, repo, standard.branch, standard.commit, func(string) bool { return true }, holders); err != nil {
		return nil, err
	}
	for _, branch := range owners.Branches {
		if branch.Name == standard.branch || branch.Name == o.session.Config.Event.Branch {
			continue
		}
		heads, _, err := repo.Heads(ctx, branch.Name)
		if err != nil {
			return nil, err
		}
		if heads.Tip == "" {
			continue // it has no hub yet
		}
		if err := repo.Obtain(ctx, branch.Name, heads.Tip); err != nil {
			return nil, err
		}
		if err := o.addHolders(ctx, repo, branch.Name, heads.Tip, func(owner string) bool { return owner == branch.Name }, holders); err != nil {
			return nil, err
		}
	}
	return holders, nil
}

// addHolders adds the names of the hubs that a branch has, and that a branch owns which counts.
func (o *Origin) addHolders(ctx context.Context, repo *git.Repo, branch, commit string, counts func(owner string) bool, holders map[string][]holder) error {
	settings, err := o.layoutAt(ctx, repo, branch, commit)
	if err != nil {
		return err
	}
	files, err := repo.FilesAt(ctx, commit)
	if err != nil {
		return err
	}
	places, err := settings.HubsAmong(files)
	if err != nil {
		return exit.Input("the hubs of origin/%s: %w", branch, err)
	}
	owners, err := o.Owners(ctx)
	if err != nil {
		return err
	}
	for _, place := range places {
		name := place.Name()
		owner, err := plan.Owner(config.File+" of "+owners.From, owners.Branches, name)
		if err != nil {
			return err
		}
		if owner == "" || !counts(owner) {
			continue
		}
		images, err := settings.For(name).Layout.ImageNames(place.Names)
		if err != nil {
			return exit.Input("%s of origin/%s: %w", config.File, branch, err)
		}
		for _, one := range append(images, name) {
			holders[one] = append(holders[one], holder{name, owner})
		}
	}
	return nil
}

// layoutAt reads what a branch of origin says of the layout, at a commit.
func (o *Origin) layoutAt(ctx context.Context, repo *git.Repo, branch, commit string) (*config.Config, error) {
	content, err := repo.FileAt(ctx, commit, config.File)
	if err != nil {
		return nil, exit.Errorf(exit.Setup, "reading %s of origin/%s: %w", config.File, branch, err).Try("run 'git fetch origin'")
	}
	return o.session.Config.WithLayout("origin/"+branch+":"+config.File, content)
}

// ownerByName returns the branch that names a hub, and not by "*", which fits what nobody has thought of. Errors quote file.
func ownerByName(file string, branches []config.Branch, name string) (string, error) {
	var named []config.Branch
	for _, b := range branches {
		hubs := slices.DeleteFunc(slices.Clone(b.Hubs), func(hub string) bool { return hub == pattern.All })
		named = append(named, config.Branch{Name: b.Name, Hubs: hubs})
	}
	return plan.Owner(file, named, name)
}
