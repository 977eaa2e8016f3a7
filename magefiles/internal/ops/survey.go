package ops

import (
	"context"
	"errors"
	"os"
	"path"
	"path/filepath"
	"slices"

	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image"
	"hub-ops/magefiles/internal/plan"
)

// questions is how many requests to the registry are under way at once.
const questions = 16

// survey is what a run knows before it does anything: the hubs, what Git holds of them, and the plan.
type survey struct {
	hubs  []hub.Hub
	repo  *git.Repo
	head  git.Commit
	trees map[string]git.Tree // of image contexts, by hub
	// What all images have in common.
	shared    []git.Tree
	buildArgs []string
	platforms []string
	bases     map[string]string // digests of base images that have moved, by hub, where that is a reason to build
	facts     plan.Facts
	fleet     *fleet // nil until the cluster is asked
	plan      plan.Plan
}

// content is what decides what a hub's image holds.
func (v *survey) content(name string) image.Content {
	return image.Content{Context: v.trees[name], Shared: v.shared, Args: v.buildArgs, Platforms: v.platforms, Base: v.bases[name]}
}

// survey reads the named hubs, all if none is named, asks Git and the registry, and plans.
func (s *Session) survey(ctx context.Context, names ...string) (*survey, error) {
	if s.known != nil {
		return s.known.only(names), nil
	}
	defer s.Console.Beat(heartbeat, "asking Git and the registry")()
	hubs, err := s.hubs(names)
	if err != nil {
		return nil, err
	}
	if err := s.aim(ctx); err != nil {
		return nil, err
	}
	v := &survey{hubs: hubs}
	if v.repo, err = git.Open(ctx, s.Run, s.Config.Root, s.Scratch); err != nil {
		return nil, err
	}
	if v.head, err = v.repo.Head(ctx); err != nil {
		return nil, err
	}
	if err := s.noteNewer(ctx, v.repo, v.head); err != nil {
		return nil, err
	}
	if v.trees, err = v.repo.Trees(ctx, hub.ImagesDir); err != nil {
		return nil, err
	}
	if err = s.sift(ctx, v); err != nil {
		return nil, err
	}
	if v.shared, err = s.shared(ctx, v.repo); err != nil {
		return nil, err
	}
	v.buildArgs, v.platforms = s.Config.BuildArgs, s.Config.Platforms
	if v.bases, err = s.movedBases(ctx, v); err != nil {
		return nil, err
	}
	if v.facts, err = s.facts(ctx, v); err != nil {
		return nil, err
	}
	v.plan, err = plan.Make(v.facts)
	return v, err
}

// sift leaves out of the contexts what their .dockerignore names.
func (s *Session) sift(ctx context.Context, v *survey) error {
	for _, h := range v.hubs {
		tree, found := v.trees[h.Name]
		if _, err := os.Stat(filepath.Join(s.Config.Root, h.ImageDir, image.IgnoreFile)); h.ImageDir == "" || !found || err != nil && !tree.Dirty() {
			continue
		}
		var err error
		if v.trees[h.Name], err = image.Sifted(ctx, v.repo, tree); err != nil {
			return err
		}
	}
	return nil
}

// shared finds the directories that are part of every image.
func (s *Session) shared(ctx context.Context, repo *git.Repo) ([]git.Tree, error) {
	var trees []git.Tree
	for _, dir := range s.Config.Shared {
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

func (s *Session) hubs(names []string) ([]hub.Hub, error) {
	if len(names) == 0 {
		return hub.All(s.Config.Root, s.Config.Charts)
	}
	var hubs []hub.Hub
	for _, name := range names {
		h, err := hub.Load(s.Config.Root, name, s.Config.Charts)
		if err != nil {
			return nil, err
		}
		hubs = append(hubs, h)
	}
	return hubs, nil
}

// facts asks the registry for every image at once.
func (s *Session) facts(ctx context.Context, v *survey) (plan.Facts, error) {
	facts := plan.Facts{
		Event: s.Config.Event, Branches: s.Config.Branches, Build: s.Config.Build, Rebuild: s.Config.Rebuild,
		DeployUnchanged: s.Config.DeployUnchanged, Signs: s.signs(), Verifies: s.verifies(), Hubs: make([]plan.HubFacts, len(v.hubs)),
	}
	registry := s.registry()
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(questions)
	for i, h := range v.hubs {
		fact := &facts.Hubs[i]
		fact.Name, fact.HasImage = h.Name, h.ImageDir != ""
		if !fact.HasImage {
			continue
		}
		content := v.content(h.Name)
		if content.Context.Hash == "" {
			return facts, exit.Input("%s holds no file that Git tracks: its image is built from what Git holds; is it a link, a submodule, or ignored?", h.ImageDir)
		}
		fact.Tag, fact.Dirty, fact.BaseMoved = content.Tag(), content.Dirty(), content.Base != ""
		group.Go(func() error {
			digest, err := registry.Digest(ctx, fact.Name, fact.Tag)
			fact.Digest, fact.Present, fact.Unsure = digest, digest != "", errors.Is(err, image.ErrRefused)
			if fact.Unsure {
				return nil
			}
			if err == nil && digest == "" && !fact.Dirty {
				fact.Since = s.since(ctx, v, h)
			}
			if err == nil {
				fact.Signed, err = s.signedAlready(ctx, h, digest)
			}
			return err
		})
	}
	return facts, group.Wait()
}

// since tells what changed since the hub's last image. It is told to people and decides nothing: where the registry or
// Git cannot say, as in a shallow clone, nothing is known.
func (s *Session) since(ctx context.Context, v *survey, h hub.Hub) plan.Since {
	revision, err := s.registry().Revision(ctx, h.Name)
	if err != nil {
		return plan.Since{}
	}
	files, commits, err := v.repo.Since(ctx, revision, append([]string{h.ImageDir}, s.Config.Shared...)...)
	if err != nil {
		return plan.Since{}
	}
	return plan.Since{Files: files, Commits: commits}
}

// only returns the part of a survey of all hubs that is about the named ones, all if none is named.
func (v *survey) only(names []string) *survey {
	if len(names) == 0 {
		return v
	}
	part := *v
	part.hubs, part.plan.Hubs, part.facts.Hubs = nil, nil, nil
	for i, h := range v.hubs {
		if slices.Contains(names, h.Name) {
			part.hubs, part.plan.Hubs = append(part.hubs, h), append(part.plan.Hubs, v.plan.Hubs[i])
			part.facts.Hubs = append(part.facts.Hubs, v.facts.Hubs[i])
		}
	}
	return &part
}

// any reports whether any hub's step is to be done.
func (v *survey) any(stepOf func(name string) plan.Step) bool {
	return slices.ContainsFunc(v.hubs, func(h hub.Hub) bool { return stepOf(h.Name).Do })
}

func (v *survey) of(name string) plan.Hub {
	return v.plan.Hubs[slices.IndexFunc(v.plan.Hubs, func(h plan.Hub) bool { return h.Name == name })]
}

func (v *survey) factsOf(name string) plan.HubFacts {
	return v.facts.Hubs[slices.IndexFunc(v.facts.Hubs, func(h plan.HubFacts) bool { return h.Name == name })]
}
