// Package needed finds what must stay in the registry, because a branch, a release or a running pod needs it. Package ops/images asks it before images
// are pruned.
//
//	needs, err := needed.Find(ctx, s, to, surveyor)
//	verdicts := prune.Plan(tags, needs.For("course", tags), …)
package needed

import (
	"context"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"sync"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/connect"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/content"
	"hub-ops/magefiles/internal/image/prune"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/session"
	"hub-ops/magefiles/internal/survey"
)

var (
	anyTag    = regexp.MustCompile(`\b` + content.TagPattern + `\b`)
	anyDigest = regexp.MustCompile(`\b[0-9a-f]{64}\b`)
	anyImage  = regexp.MustCompile(`\b(?:` + content.TagPattern + `|[0-9a-f]{64})\b`)
)

// imagePattern is anyImage without the edges of words, which git's expressions have not.
const imagePattern = content.TagPattern + "|[0-9a-f]{64}"

// Images is what must stay in the registry, because a branch, a release or a running pod needs it.
type Images struct {
	prune.Needs
	// Unrecorded are hubs whose releases do not record their images, each with the reason.
	Unrecorded map[string]string

	contents      map[string][]content.Content // that a branch has, by the names of images
	rebuildOnBase bool
}

// name adds tags and digests that something names. A digest counts with and without "sha256:": a template may add that. The first
// reason stays.
func (n Images) name(images []string, who string) {
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

func (n Images) add(images []string, content content.Content, who string) {
	n.Tags[content.Tag()] = who
	for _, image := range images {
		n.contents[image] = append(n.contents[image], content)
	}
}

// For returns what must stay of the tags of an image. One of a branch's content that was built again on a moved base must stay too, and one that
// repo2docker has built somewhere: whichever version it was is a part of the tag.
func (n Images) For(image string, tags []prune.Tag) prune.Needs {
	needs := prune.Needs{Tags: maps.Clone(n.Tags), Digests: n.Digests}
	for _, tag := range tags {
		for _, content := range n.contents[image] {
			if len(content.Bases) > 0 && n.rebuildOnBase { // which of its tags is on a base that has moved, its content does not say
				needs.Tags[tag.Name] = "built on an image of the repository, whose base may have moved"
			}
			if slices.ContainsFunc(content.Bases, onRepo2docker) {
				needs.Tags[tag.Name] = "built on an image of the repository that repo2docker builds, in any version"
			}
			if content.Repo2docker != "" {
				content.Repo2docker = tag.Repo2docker
				if tag.Repo2docker != "" && content.Tag() == tag.Name {
					needs.Tags[tag.Name] = "newest of a branch, by repo2docker " + tag.Repo2docker
				}
			}
			if content.Base = tag.Base; tag.Base != "" && content.Tag() == tag.Name {
				needs.Tags[tag.Name] = "newest of a branch, on a base that has moved"
			}
		}
	}
	return needs
}

// anyRepo2docker stands for the version of repo2docker in a content: of each image, the image itself says it.
const anyRepo2docker = "any"

// byAnyRepo2docker is a content by repo2docker, if that builds it.
func byAnyRepo2docker(ctx context.Context, repo *git.Repo, c content.Content) (content.Content, error) {
	recipe, err := c.Recipe(ctx, repo)
	if recipe != "" {
		c.Repo2docker = anyRepo2docker
	}
	return c, err
}

// onRepo2docker reports whether repo2docker builds a base, or what that is built on.
func onRepo2docker(base content.OwnBase) bool {
	return base.Content.Repo2docker != "" || slices.ContainsFunc(base.Content.Bases, onRepo2docker)
}

// finder is what is asked in a run.
type finder struct {
	session  *session.Session
	to       *connect.Connections
	surveyor *survey.Surveyor
}

// Find finds every tag and digest that is needed by the checkout, a branch, a release, or a running pod. If one of them cannot be
// read, it returns an error: nothing may be deleted then.
func Find(ctx context.Context, s *session.Session, to *connect.Connections, surveyor *survey.Surveyor) (Images, error) {
	return (&finder{s, to, surveyor}).find(ctx)
}

func (f *finder) find(ctx context.Context) (needs Images, err error) {
	hubs, err := f.surveyor.Hubs(ctx)
	if err != nil {
		return needs, err
	}
	needs.rebuildOnBase = f.session.Config.RebuildOnBase
	needs.Tags, needs.Digests, needs.contents = map[string]string{}, map[string]string{}, map[string][]content.Content{}
	deployed := map[string]bool{}
	if needs.Unrecorded, err = f.neededInClusters(ctx, hubs, needs, deployed); err != nil {
		return needs, err
	}
	for _, h := range hubs {
		for _, other := range hubs {
			if why := needs.Unrecorded[other.Name]; why != "" && h.Shares(other) && needs.Unrecorded[h.Name] == "" {
				needs.Unrecorded[h.Name] = "hub " + other.Name + " has the same image: " + why
			}
		}
	}
	return needs, f.neededHere(ctx, needs, deployed)
}

// neededHere adds the tags of every branch's newest commit: of its images, by its own settings and by those of this run,
// and any that one of its files names, secret values too. Uncommitted content has a tag as well. deployed are the hubs whose
// releases were read.
func (f *finder) neededHere(ctx context.Context, needs Images, deployed map[string]bool) error {
	repo, err := f.to.Git(ctx)
	if err != nil {
		return err
	}
	tips, err := repo.Tips(ctx)
	if err != nil {
		return err
	}
	branches, err := f.to.Branches(ctx)
	if err != nil {
		return err
	}
	for _, branch := range branches {
		if !slices.ContainsFunc(tips, func(tip git.Tip) bool { return tip.Branch == branch.Name }) {
			return exit.Input("branches: %s deploys hubs, and neither this clone nor its remote has such a branch: which images it needs is not known", branch.Name).Try("fetch it, or take it out of hubops.yaml")
		}
	}
	secrets, err := f.readSecrets(ctx, repo, tips, deployed)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, tip := range tips {
		if seen[tip.Commit] {
			continue
		}
		seen[tip.Commit] = true
		if err := f.neededBy(ctx, repo, tip, needs); err != nil {
			return fmt.Errorf("finding out what branch %s needs: %w", tip.Branch, err)
		}
		if err := secrets.neededBy(ctx, tip, needs); err != nil {
			return err
		}
	}
	if err := secrets.neededUncommitted(ctx, needs); err != nil {
		return err
	}
	return f.neededUncommitted(ctx, repo, needs)
}

func (f *finder) neededBy(ctx context.Context, repo *git.Repo, tip git.Tip, needs Images) error {
	file, err := repo.FileAt(ctx, tip.Commit, config.File)
	if err != nil {
		return err
	}
	own, err := f.session.Config.WithImages(tip.Branch+":"+config.File, file)
	if err != nil {
		return err
	}
	for _, settings := range []*config.Config{own, f.session.Config} {
		shared, err := sharedAt(ctx, repo, tip.Commit, settings.Shared)
		if err != nil {
			return err
		}
		patterns := settings.ImagePatterns()
		contexts, err := repo.TreesBelowAt(ctx, tip.Commit, layout.CommonRoot(patterns))
		if err != nil {
			return err
		}
		found := newBranchImages(repo, patterns, contexts, func(context git.Tree) ([]content.Content, error) {
			whole := content.Content{Context: context, Shared: shared, Args: settings.BuildArgs, Platforms: settings.Platforms}
			whole, err := byAnyRepo2docker(ctx, repo, whole)
			if err != nil {
				return nil, err
			}
			return whole.Spellings(ctx, repo) // a branch may have an older hub-ops
		})
		if err := found.each(ctx, func(images []string, content content.Content) {
			needs.add(images, content, "newest of branch "+tip.Branch)
		}); err != nil {
			return err
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

func (f *finder) neededUncommitted(ctx context.Context, repo *git.Repo, needs Images) error {
	mentioned, err := repo.MentionsHere(ctx, imagePattern)
	if err != nil {
		return err
	}
	needs.name(mentioned, "a file here names it")
	patterns := f.session.Config.ImagePatterns()
	contexts, err := repo.TreesBelow(ctx, layout.CommonRoot(patterns))
	if err != nil {
		return err
	}
	shared, err := f.surveyor.SharedTrees(ctx, repo)
	if err != nil {
		return err
	}
	found := newBranchImages(repo, patterns, contexts, func(context git.Tree) ([]content.Content, error) {
		whole, err := byAnyRepo2docker(ctx, repo, f.surveyor.Content(context, shared))
		if err != nil {
			return nil, err
		}
		sifted, err := whole.Sifted(ctx, repo)
		return []content.Content{sifted}, err
	})
	return found.each(ctx, func(images []string, content content.Content) { needs.add(images, content, "checked out") })
}

// neededInClusters adds what every revision of every release records and holds, and what runs, on each cluster. It notes the hubs that are
// deployed.
func (f *finder) neededInClusters(ctx context.Context, hubs []hub.Hub, needs Images, deployed map[string]bool) (unrecorded map[string]string, err error) {
	names := f.session.Config.ClusterNames()
	if picked := f.session.Config.Cluster; picked != "" {
		return nil, exit.Input("CLUSTER=%s: nothing is pruned by what one cluster needs, for the others have the same images", picked).Try("leave CLUSTER out")
	}
	if err := f.to.CheckAllClusters(ctx); err != nil {
		return nil, err
	}
	if len(names) == 0 {
		names = []string{""}
	}
	unrecorded = map[string]string{}
	for _, name := range names {
		cluster, err := f.to.On(name).Cluster(ctx)
		if err != nil {
			return nil, err
		}
		f.session.Console.Info("", "asking %s what it needs", cluster)
		if err := neededInCluster(ctx, cluster.Kube, name, hubs, needs, deployed, unrecorded); err != nil {
			return nil, err
		}
	}
	return unrecorded, nil
}

// hubOf returns the hub that a release of a cluster is of, or was, "" if nobody knows. hubs are those of all clusters.
func hubOf(hubs []hub.Hub, cluster string, at layout.Address) string {
	isHub := false
	for _, h := range hubs {
		if h.At.Cluster == cluster && h.At.Key() == at.Key() {
			return h.Name
		}
		isHub = isHub || h.Name == at.Release
	}
	if at.Release == at.Namespace && !isHub { // a hub that is gone; one that is there is elsewhere
		return at.Release
	}
	return ""
}

// neededInCluster does so for one cluster. hubs are those of all.
func neededInCluster(ctx context.Context, client *kube.Client, cluster string, hubs []hub.Hub, needs Images, deployed map[string]bool, unrecorded map[string]string) error {
	own := slices.DeleteFunc(slices.Clone(hubs), func(h hub.Hub) bool { return h.At.Cluster != cluster })
	var mu sync.Mutex
	err := client.EachRevision(ctx, func(revision kube.Revision) {
		named := revision.Content.Find(anyImage)
		mu.Lock()
		defer mu.Unlock()
		who := fmt.Sprintf("revision %d of release %s has it", revision.Revision, revision.Release)
		needs.name(named, who)
		at := layout.Address{Release: revision.Release, Namespace: revision.Namespace}
		deployed[hubOf(hubs, cluster, at)] = true
		for _, tag := range revision.Tags {
			needs.Tags[tag] = who
		}
		if revision.Known {
			return
		}
		for _, h := range own { // whatever namespace it is in: it may be the hub's
			if h.At.Release == revision.Release {
				unrecorded[h.Name] = fmt.Sprintf("revision %d of its release does not record its image, so it was not hub-ops that deployed it: "+
					"deploy the hub, and prune when helm has dropped that revision", revision.Revision)
			}
		}
	})
	if err != nil {
		return err
	}
	images, err := client.Images(ctx)
	for _, name := range images {
		for _, tag := range anyTag.FindAllString(name, -1) {
			needs.Tags[tag] = "runs in the cluster"
		}
		for _, digest := range anyDigest.FindAllString(name, -1) {
			needs.Digests["sha256:"+digest] = "runs in the cluster"
		}
	}
	return err
}
