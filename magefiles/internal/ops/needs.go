package ops

import (
	"context"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image"
	"hub-ops/magefiles/internal/image/prune"
)

var (
	anyTag    = regexp.MustCompile(`\b` + image.TagPattern + `\b`)
	anyDigest = regexp.MustCompile(`sha256:[0-9a-f]{64}`)
)

// needed is what something needs, and the contents of images that a branch has.
type needed struct {
	prune.Needs
	contents map[string][]image.Content // by hub
}

func (n needed) add(content image.Content, who string) {
	n.Tags[content.Tag()] = who
	hub := content.Context.Name()
	n.contents[hub] = append(n.contents[hub], content)
}

// moved adds the tags of images of a branch's content that were built anew on a base that had moved.
func (n needed) moved(hub string, tags []prune.Tag) prune.Needs {
	needs := prune.Needs{Tags: maps.Clone(n.Tags), Digests: n.Digests}
	for _, tag := range tags {
		for _, content := range n.contents[hub] {
			if content.Base = tag.Base; tag.Base != "" && content.Tag() == tag.Name {
				needs.Tags[tag.Name] = "newest of a branch, on a base that has moved"
			}
		}
	}
	return needs
}

// needs finds every tag and digest that something needs: what is checked out, a branch, a release, or what runs. It
// refuses where one of them cannot be read. unrecorded are hubs of which nobody knows, each with the reason.
func (s *Session) needs(ctx context.Context, hubs []hub.Hub) (needs needed, unrecorded map[string]string, err error) {
	needs.Tags, needs.Digests, needs.contents = map[string]string{}, map[string]string{}, map[string][]image.Content{}
	if err := s.neededHere(ctx, needs); err != nil {
		return needs, nil, err
	}
	unrecorded, err = s.neededInCluster(ctx, hubs, needs)
	return needs, unrecorded, err
}

// neededHere adds the tags of every branch's newest commit: of its images, by its own settings and by those of this run,
// and any that one of its files names. Uncommitted content has a tag too.
func (s *Session) neededHere(ctx context.Context, needs needed) error {
	repo, err := git.Open(ctx, s.Run, s.Config.Root, s.Scratch)
	if err != nil {
		return err
	}
	tips, err := repo.Tips(ctx)
	if err != nil {
		return err
	}
	for _, branch := range s.Config.Branches {
		if !slices.ContainsFunc(tips, func(tip git.Tip) bool { return tip.Branch == branch.Name }) {
			return exit.Input("branches: %s deploys hubs, and neither this clone nor its remote has such a branch: what it needs cannot be told; fetch it, or take it out of hubops.yaml", branch.Name)
		}
	}
	seen := map[string]bool{}
	for _, tip := range tips {
		if !seen[tip.Commit] {
			seen[tip.Commit] = true
			if err := s.neededBy(ctx, repo, tip, needs); err != nil {
				return fmt.Errorf("finding out what branch %s needs: %w", tip.Branch, err)
			}
		}
	}
	return s.neededUncommitted(ctx, repo, needs)
}

func (s *Session) neededBy(ctx context.Context, repo *git.Repo, tip git.Tip, needs needed) error {
	file, err := repo.FileAt(ctx, tip.Commit, config.File)
	if err != nil {
		return err
	}
	own, err := s.Config.WithImages(tip.Branch+":"+config.File, file)
	if err != nil {
		return err
	}
	contexts, err := repo.TreesAt(ctx, tip.Commit, hub.ImagesDir)
	if err != nil {
		return err
	}
	for _, settings := range []*config.Config{own, s.Config} {
		shared, err := sharedAt(ctx, repo, tip.Commit, settings.Shared)
		if err != nil {
			return err
		}
		for _, tree := range contexts {
			sifted, err := image.Sifted(ctx, repo, tree)
			if err != nil {
				return err
			}
			for _, tree := range []git.Tree{tree, sifted} { // a branch may have an older hub-ops
				content := image.Content{Context: tree, Shared: shared, Args: settings.BuildArgs, Platforms: settings.Platforms}
				needs.add(content, "newest of branch "+tip.Branch)
			}
		}
	}
	mentioned, err := repo.Mentions(ctx, tip.Commit, image.TagPattern)
	for _, tag := range mentioned {
		needs.Tags[tag] = "a file of branch " + tip.Branch + " names it"
	}
	return err
}

// sharedAt finds the directories that all images share, as a commit has them.
func sharedAt(ctx context.Context, repo *git.Repo, commit string, dirs []string) ([]git.Tree, error) {
	var shared []git.Tree
	for _, dir := range dirs {
		beside, err := repo.TreesAt(ctx, commit, path.Dir(path.Clean(dir)))
		if err != nil {
			return nil, err
		}
		shared = append(shared, beside[path.Base(dir)])
	}
	return shared, nil
}

func (s *Session) neededUncommitted(ctx context.Context, repo *git.Repo, needs needed) error {
	contexts, err := repo.Trees(ctx, hub.ImagesDir)
	if err != nil {
		return err
	}
	shared, err := s.shared(ctx, repo)
	if err != nil {
		return err
	}
	for _, tree := range contexts {
		if tree, err = image.Sifted(ctx, repo, tree); err != nil {
			return err
		}
		content := image.Content{Context: tree, Shared: shared, Args: s.Config.BuildArgs, Platforms: s.Config.Platforms}
		needs.add(content, "checked out")
	}
	return nil
}

// neededInCluster adds what every revision of every release records, and what runs.
func (s *Session) neededInCluster(ctx context.Context, hubs []hub.Hub, needs needed) (unrecorded map[string]string, err error) {
	client, access, err := s.cluster(ctx)
	if err != nil {
		return nil, err
	}
	s.Console.Info("", "asking %s what it needs", s.where(access))
	records, err := client.Records(ctx)
	if err != nil {
		return nil, err
	}
	unrecorded = map[string]string{}
	for _, record := range records {
		who := fmt.Sprintf("revision %d of release %s has it", record.Revision, record.Name)
		if record.Recorded {
			needs.Tags[record.Image] = who
		} else if contains(hubs, record.Name) {
			unrecorded[record.Name] = fmt.Sprintf("revision %d of its release does not record its image, so it was not hub-ops that deployed it: "+
				"deploy the hub, and prune when helm has dropped that revision", record.Revision)
		}
	}
	images, err := client.Images(ctx)
	for _, name := range images {
		for _, tag := range anyTag.FindAllString(name, -1) {
			needs.Tags[tag] = "runs in the cluster"
		}
		for _, digest := range anyDigest.FindAllString(name, -1) {
			needs.Digests[digest] = "runs in the cluster"
		}
	}
	return unrecorded, err
}
