package survey

import (
	"context"
	"errors"
	"path"

	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/content"
	"hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/plan"
)

// imageContents finds what decides each hub's image: what Git holds of its context and of the shared directories, build
// arguments, platforms, and a base that has moved where that is a reason to build.
func (s *Surveyor) imageContents(ctx context.Context, v *Survey) (map[string]content.Content, error) {
	trees, err := v.Repo.Trees(ctx, hub.ImagesDir)
	if err != nil {
		return nil, err
	}
	shared, err := s.sharedTrees(ctx, v.Repo)
	if err != nil {
		return nil, err
	}
	ignoring, err := s.ignoring(ctx, v)
	if err != nil {
		return nil, err
	}
	contents := map[string]content.Content{}
	for _, h := range v.Hubs {
		if h.ImageDir == "" {
			continue
		}
		whole := s.content(trees[h.Name], shared)
		if whole.Context.Hash != "" && (whole.Dirty() || ignoring[h.ImageDir]) {
			if whole, err = whole.Sifted(ctx, v.Repo); err != nil {
				return nil, err
			}
		}
		contents[h.Name] = whole
	}
	return contents, s.addMovedBases(ctx, contents)
}

// ignoring finds the build contexts with a file that says what is ignored, as HEAD has them.
func (s *Surveyor) ignoring(ctx context.Context, v *Survey) (map[string]bool, error) {
	var dirs []string
	for _, h := range v.Hubs {
		if h.ImageDir != "" {
			dirs = append(dirs, h.ImageDir)
		}
	}
	return v.Repo.Holding(ctx, dirs, content.IgnoreFiles)
}

// content is what decides an image by the settings of this run.
func (s *Surveyor) content(context git.Tree, shared []git.Tree) content.Content {
	return content.Content{Context: context, Shared: shared, Args: s.session.Config.BuildArgs, Platforms: s.session.Config.Platforms}
}

// sharedTrees finds the directories that are part of every image.
func (s *Surveyor) sharedTrees(ctx context.Context, repo *git.Repo) ([]git.Tree, error) {
	var trees []git.Tree
	for _, dir := range s.session.Config.Shared {
		beside, err := repo.Trees(ctx, path.Dir(path.Clean(dir)))
		if err != nil {
			return nil, err
		}
		tree := beside[path.Base(dir)]
		if tree.Hash == "" {
			return nil, exit.Input("hubops.yaml: image.shared: %s holds no file that Git tracks", dir)
		}
		trees = append(trees, tree)
	}
	return trees, nil
}

// facts asks the registry for every image at once.
func (s *Surveyor) facts(ctx context.Context, v *Survey, event ci.Event) (plan.Facts, error) {
	settings := s.session.Config
	verifies, err := s.to.Verifies(ctx)
	if err != nil {
		return plan.Facts{}, err
	}
	facts := plan.Facts{
		Event: event, Branches: settings.Branches, Build: settings.Build, Rebuild: settings.Rebuild,
		DeployUnchanged: settings.DeployUnchanged, Signs: s.to.Signs(), Verifies: verifies, Hubs: make([]plan.HubFacts, len(v.Hubs)),
	}
	registry, err := s.to.Registry(ctx)
	if err != nil {
		return facts, err
	}
	for _, h := range v.Hubs {
		if h.ImageDir != "" && v.Content(h.Name).Context.Hash == "" {
			return facts, exit.Input("%s holds no file that Git tracks: its image is built from what Git holds", h.ImageDir).Try("is it a link, a submodule, or ignored?")
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(questions)
	for i, h := range v.Hubs {
		fact := &facts.Hubs[i]
		fact.Name, fact.HasImage = h.Name, h.ImageDir != ""
		if !fact.HasImage {
			continue
		}
		content := v.Content(h.Name)
		fact.Tag, fact.Dirty, fact.BaseMoved = content.Tag(), content.Dirty(), content.Base != ""
		group.Go(func() error { return s.askRegistry(ctx, registry, v, h, fact, verifies) })
	}
	return facts, group.Wait()
}

// askRegistry asks the registry for the image of a hub, and for its signature where signatures are used. If the registry refuses
// access, the fact is Unsure.
func (s *Surveyor) askRegistry(ctx context.Context, images registry.Registry, v *Survey, h hub.Hub, fact *plan.HubFacts, verifies bool) error {
	digest, err := images.Digest(ctx, fact.Name, fact.Tag)
	if fact.Unsure = errors.Is(err, registry.ErrRefused); fact.Unsure {
		return nil
	}
	if err != nil {
		return err
	}
	fact.Digest, fact.Present = digest, digest != ""
	if !fact.Present {
		if !fact.Dirty {
			fact.Since = s.since(ctx, images, v.Repo, h)
		}
		return nil
	}
	if verifies {
		fact.Signed, err = images.Signed(ctx, h.Name, digest)
	}
	return err
}

// since returns what changed since the hub's last image. It is shown to people and decides nothing, so it returns the zero value
// where the registry or Git do not know, as in a shallow clone.
func (s *Surveyor) since(ctx context.Context, registry registry.Registry, repo *git.Repo, h hub.Hub) plan.Since {
	revision, err := registry.Revision(ctx, h.Name)
	if err != nil {
		return plan.Since{}
	}
	files, commits, err := repo.Since(ctx, revision, append([]string{h.ImageDir}, s.session.Config.Shared...)...)
	if err != nil {
		return plan.Since{}
	}
	return plan.Since{Files: files, Commits: commits}
}
