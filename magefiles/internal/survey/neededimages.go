package survey

import (
	"context"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"sync"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/content"
	"hub-ops/magefiles/internal/image/prune"
	"hub-ops/magefiles/internal/kube"
)

var (
	anyTag    = regexp.MustCompile(`\b` + content.TagPattern + `\b`)
	anyDigest = regexp.MustCompile(`\b[0-9a-f]{64}\b`)
	anyImage  = regexp.MustCompile(`\b(?:` + content.TagPattern + `|[0-9a-f]{64})\b`)
)

// imagePattern is anyImage without the edges of words, which git's expressions have not.
const imagePattern = content.TagPattern + "|[0-9a-f]{64}"

// Needs is what must stay in the registry, because a branch, a release or a running pod needs it.
type Needs struct {
	prune.Needs
	// Unrecorded are hubs whose releases do not record their images, each with the reason.
	Unrecorded map[string]string

	contents map[string][]content.Content // that a branch has, by hub
}

// name adds tags and digests that something names. A digest counts with and without "sha256:": a template may add that. The first
// reason stays.
func (n Needs) name(images []string, who string) {
	for _, image := range images {
		into := n.Tags
		if anyDigest.MatchString(image) {
			into, image = n.Digests, "sha256:"+image
		}
		if _, known := into[image]; !known {
			into[image] = who
		}
	}
}

func (n Needs) add(content content.Content, who string) {
	n.Tags[content.Tag()] = who
	hub := content.Context.Name()
	n.contents[hub] = append(n.contents[hub], content)
}

// For returns what must stay of a hub's tags. An image of a branch's content that was built again on a moved base must stay too.
func (n Needs) For(hub string, tags []prune.Tag) prune.Needs {
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

// Needs finds every tag and digest that is needed by the checkout, a branch, a release, or a running pod. If one of them cannot be
// read, it returns an error: nothing may be deleted then.
func (s *Surveyor) Needs(ctx context.Context, hubs []hub.Hub) (needs Needs, err error) {
	needs.Tags, needs.Digests, needs.contents = map[string]string{}, map[string]string{}, map[string][]content.Content{}
	deployed := map[string]bool{}
	if needs.Unrecorded, err = s.neededInCluster(ctx, hubs, needs, deployed); err != nil {
		return needs, err
	}
	return needs, s.neededHere(ctx, needs, deployed)
}

// neededHere adds the tags of every branch's newest commit: of its images, by its own settings and by those of this run,
// and any that one of its files names, secret values too. Uncommitted content has a tag as well. deployed are the hubs whose
// releases were read.
func (s *Surveyor) neededHere(ctx context.Context, needs Needs, deployed map[string]bool) error {
	repo, err := s.to.Git(ctx)
	if err != nil {
		return err
	}
	tips, err := repo.Tips(ctx)
	if err != nil {
		return err
	}
	for _, branch := range s.session.Config.Branches {
		if !slices.ContainsFunc(tips, func(tip git.Tip) bool { return tip.Branch == branch.Name }) {
			return exit.Input("branches: %s deploys hubs, and neither this clone nor its remote has such a branch: which images it needs is not known", branch.Name).Try("fetch it, or take it out of hubops.yaml")
		}
	}
	secrets, err := s.readSecrets(ctx, repo, tips, deployed)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, tip := range tips {
		if seen[tip.Commit] {
			continue
		}
		seen[tip.Commit] = true
		if err := s.neededBy(ctx, repo, tip, needs); err != nil {
			return fmt.Errorf("finding out what branch %s needs: %w", tip.Branch, err)
		}
		if err := secrets.neededBy(ctx, tip, needs); err != nil {
			return err
		}
	}
	return s.neededUncommitted(ctx, repo, needs)
}

func (s *Surveyor) neededBy(ctx context.Context, repo *git.Repo, tip git.Tip, needs Needs) error {
	file, err := repo.FileAt(ctx, tip.Commit, config.File)
	if err != nil {
		return err
	}
	own, err := s.session.Config.WithImages(tip.Branch+":"+config.File, file)
	if err != nil {
		return err
	}
	contexts, err := repo.TreesAt(ctx, tip.Commit, hub.ImagesDir)
	if err != nil {
		return err
	}
	for _, settings := range []*config.Config{own, s.session.Config} {
		shared, err := sharedAt(ctx, repo, tip.Commit, settings.Shared)
		if err != nil {
			return err
		}
		for _, tree := range contexts {
			whole := content.Content{Context: tree, Shared: shared, Args: settings.BuildArgs, Platforms: settings.Platforms}
			all, err := whole.Spellings(ctx, repo) // a branch may have an older hub-ops
			if err != nil {
				return err
			}
			for _, content := range all {
				needs.add(content, "newest of branch "+tip.Branch)
			}
		}
	}
	mentioned, err := repo.Mentions(ctx, tip.Commit, imagePattern)
	needs.name(mentioned, "a file of "+placeOf(tip)+" names it")
	return err
}

// placeOf is a branch in words. git.Tips calls what is checked out HEAD.
func placeOf(tip git.Tip) string {
	if tip.Branch == "HEAD" {
		return "the checkout"
	}
	return "branch " + tip.Branch
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

func (s *Surveyor) neededUncommitted(ctx context.Context, repo *git.Repo, needs Needs) error {
	mentioned, err := repo.MentionsHere(ctx, imagePattern)
	if err != nil {
		return err
	}
	needs.name(mentioned, "a file here names it")
	contexts, err := repo.Trees(ctx, hub.ImagesDir)
	if err != nil {
		return err
	}
	shared, err := s.sharedTrees(ctx, repo)
	if err != nil {
		return err
	}
	for _, tree := range contexts {
		sifted, err := s.content(tree, shared).Sifted(ctx, repo)
		if err != nil {
			return err
		}
		needs.add(sifted, "checked out")
	}
	return nil
}

// neededInCluster adds what every revision of every release records and holds, and what runs. It notes the hubs that are deployed.
func (s *Surveyor) neededInCluster(ctx context.Context, hubs []hub.Hub, needs Needs, deployed map[string]bool) (unrecorded map[string]string, err error) {
	cluster, err := s.to.Cluster(ctx)
	if err != nil {
		return nil, err
	}
	s.session.Console.Info("", "asking %s what it needs", cluster)
	unrecorded = map[string]string{}
	var mu sync.Mutex
	err = cluster.Kube.EachRevision(ctx, func(revision kube.Revision) {
		named := revision.Content.Find(anyImage)
		mu.Lock()
		defer mu.Unlock()
		who := fmt.Sprintf("revision %d of release %s has it", revision.Revision, revision.Release)
		needs.name(named, who)
		deployed[revision.Release] = deployed[revision.Release] || revision.Release == revision.Namespace
		if revision.Known {
			needs.Tags[revision.Tag] = who
		} else if slices.ContainsFunc(hubs, func(h hub.Hub) bool { return h.Name == revision.Release }) {
			unrecorded[revision.Release] = fmt.Sprintf("revision %d of its release does not record its image, so it was not hub-ops that deployed it: "+
				"deploy the hub, and prune when helm has dropped that revision", revision.Revision)
		}
	})
	if err != nil {
		return nil, err
	}
	images, err := cluster.Kube.Images(ctx)
	for _, name := range images {
		for _, tag := range anyTag.FindAllString(name, -1) {
			needs.Tags[tag] = "runs in the cluster"
		}
		for _, digest := range anyDigest.FindAllString(name, -1) {
			needs.Digests["sha256:"+digest] = "runs in the cluster"
		}
	}
	return unrecorded, err
}
