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
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/plan"
)

// imageContents finds what decides each hub's image: what Git holds of its context and of the shared directories, build
// arguments, platforms, and a base that has moved where that is a reason to build. The result is by the IDs of images.
func (s *Surveyor) imageContents(ctx context.Context, v *Survey) (map[string]content.Content, error) {
	patterns := s.session.Config.ImagePatterns()
	if len(patterns) == 0 {
		return nil, nil //nolint:nilnil // no hub has an image
	}
	trees, err := v.Repo.TreesBelow(ctx, layout.CommonRoot(patterns))
	if err != nil {
		return nil, err
	}
	shared, err := s.SharedTrees(ctx, v.Repo)
	if err != nil {
		return nil, err
	}
	ignoring, err := s.ignoring(ctx, v)
	if err != nil {
		return nil, err
	}
	contents := map[string]content.Content{}
	for _, h := range v.Hubs {
		for _, image := range h.Built() {
			if _, known := contents[image.ID()]; known {
				continue
			}
			whole := s.Content(trees[image.Dir], shared)
			if image.Recipe != "" {
				if whole.Repo2docker, err = s.to.Repo2docker(ctx, image.Dir+"/"+image.Recipe); err != nil {
					return nil, err
				}
			}
			if whole.Context.Hash != "" && (whole.Dirty() || ignoring[image.Dir]) {
				if whole, err = whole.Sifted(ctx, v.Repo); err != nil {
					return nil, err
				}
			}
			contents[image.ID()] = whole
		}
	}
	link(v.Hubs, contents)
	if err := s.addMovedBases(ctx, v.Hubs, contents); err != nil {
		return nil, err
	}
	link(v.Hubs, contents) // what is built on a base that has moved has moved with it
	return contents, nil
}

// ignoring finds the build contexts with a file that says what is ignored, or that is no part of the image, as HEAD has them.
func (s *Surveyor) ignoring(ctx context.Context, v *Survey) (map[string]bool, error) {
	var dirs []string
	for _, h := range v.Hubs {
		for _, image := range h.Built() {
			dirs = append(dirs, image.Dir)
		}
	}
	return v.Repo.Holding(ctx, dirs, content.NotCounted)
}

// Content is what decides an image by the settings of this run.
func (s *Surveyor) Content(context git.Tree, shared []git.Tree) content.Content {
	return content.Content{Context: context, Shared: shared, Args: s.session.Config.BuildArgs, Platforms: s.session.Config.Platforms}
}

// SharedTrees finds the directories that are part of every image.
func (s *Surveyor) SharedTrees(ctx context.Context, repo *git.Repo) ([]git.Tree, error) {
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
	owners, err := s.owners(ctx, event)
	if err != nil {
		return plan.Facts{}, err
	}
	here, err := s.to.Branches(ctx)
	if err != nil {
		return plan.Facts{}, err
	}
	facts := plan.Facts{
		Event: event, Branches: here, Owners: owners, Build: settings.Build, Rebuild: settings.Rebuild,
		DeployUnchanged: settings.DeployUnchanged, Signs: s.to.Signs(), Verifies: verifies,
		AllowImages: settings.AllowImages, Hubs: make([]plan.HubFacts, len(v.Hubs)),
	}
	if facts.Rounds, err = s.rounds(ctx); err != nil {
		return facts, err
	}
	others, err := s.others(ctx)
	if err != nil {
		return facts, err
	}
	registry, err := s.to.Registry(ctx)
	if err != nil {
		return facts, err
	}
	for _, h := range v.Hubs {
		for _, image := range h.Built() {
			if v.Content(image).Context.Hash == "" {
				return facts, exit.Input("%s holds no file that Git tracks: its image is built from what Git holds", image.Dir).Try("is it a link, a submodule, or ignored?")
			}
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(questions)
	for i, h := range v.Hubs {
		facts.Hubs[i] = plan.HubFacts{
			Name: h.Name, Images: make([]plan.ImageFacts, len(h.Images)), Early: settings.MayBeEarly(h.Name),
			Cluster: h.At.Cluster, Wave: plan.WaveOf(settings.On(h.At.Cluster).Waves, h.Name), Other: others[h.Name],
		}
		for j, image := range h.Images {
			fact := &facts.Hubs[i].Images[j]
			if image.BuiltElsewhere() {
				group.Go(func() (err error) { *fact, err = s.factsElsewhere(ctx, registry, h, image, verifies); return err })
				continue
			}
			content := v.Content(image)
			*fact = plan.ImageFacts{Key: image.Key, Name: image.Name, Base: image.OnlyBase(), Tag: content.Tag(), Dirty: content.Dirty(), BaseMoved: content.Base != ""}
			_, fact.HasCheck = v.Check(image)
			if fact.Unplaced = registry.Template == ""; !fact.Unplaced {
				group.Go(func() error { return s.askRegistry(ctx, registry, v, h, image, fact, verifies) })
			}
		}
	}
	return facts, group.Wait()
}

// askRegistry asks the registry for an image of a hub, and for its signature where signatures are used. If the registry refuses
// access, the fact is Unsure.
func (s *Surveyor) askRegistry(ctx context.Context, images registry.Registry, v *Survey, h hub.Hub, image hub.Image, fact *plan.ImageFacts, verifies bool) error {
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
			fact.Since = s.since(ctx, images, v.Repo, h, image)
		}
		return nil
	}
	if wanted, is := v.Check(image); is {
		fact.CheckedBy = checkedBy(ctx, images, fact, wanted)
	}
	if verifies {
		fact.Signed, err = images.Signed(ctx, image.Name, digest)
	}
	return err
}

// since returns what changed since the last image of that name. It is shown to people and decides nothing, so it returns the zero value
// where the registry or Git do not know, as in a shallow clone.
func (s *Surveyor) since(ctx context.Context, registry registry.Registry, repo *git.Repo, h hub.Hub, image hub.Image) plan.Since {
	revision, err := registry.Revision(ctx, image.Name)
	if err != nil {
		return plan.Since{}
	}
	files, commits, err := repo.Since(ctx, revision, append([]string{image.Dir}, s.session.Config.Shared...)...)
	if err != nil {
		return plan.Since{}
	}
	return plan.Since{Files: files, Commits: commits, Base: changedBase(ctx, repo, revision, h, image)}
}
