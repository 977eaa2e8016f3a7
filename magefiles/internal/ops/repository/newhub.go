// Package repository works on the files of a repository of hubs, and asks a cluster at most whether a name is taken. In goes what is there; out
// come the files of a new hub, the settings and the copy of hub-ops that a repository gets, its upgrade, and what is wrong in it.
package repository

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/adopt/tree"
	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/dockerfile"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/lint"
	"hub-ops/magefiles/internal/newhub"
	"hub-ops/magefiles/internal/newhub/place"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/secret"
	"hub-ops/magefiles/internal/ui"
	"hub-ops/magefiles/internal/yamldoc"
)

// NewHub writes the files of a new hub, after showing them and asking: all of them or none. FROM names a hub that it is made like.
func NewHub(ctx context.Context, name string) error {
	r := run.Of(ctx)
	if r.Config.Event.InCI() {
		return exit.Input("CI makes no hub").Try("run 'mage new:hub %s' on your machine, and commit what it writes", name)
	}
	if err := hub.CheckName(name); err != nil {
		return err
	}
	if err := r.LockCheckout(); err != nil {
		return err
	}
	repo, err := r.To.Git(ctx)
	if err != nil {
		return err
	}
	dir, err := repo.Directory(ctx)
	if err != nil {
		return err
	}
	into := place.Open(r.Config.Root, dir, func(names []string) ([]string, error) { return repo.Indexed(ctx, names...) })
	gone, err := into.Recover()
	if err != nil {
		return err
	}
	if len(gone) > 0 {
		r.Console.Info("", "an earlier run was killed while it wrote a hub: taken back %s", strings.Join(gone, ", "))
	}
	if what, end, err := repo.Underway(ctx); err != nil || what != "" {
		if err == nil {
			err = exit.Input("the repository is in the midst of %s: nothing was written", what).Try("end it first, or give it up with '%s'", end)
		}
		return err
	}
	n := newHub{Run: r, name: name, repo: repo}
	if err := n.decide(ctx); err != nil {
		return err
	}
	if err := n.check(ctx); err != nil {
		return err
	}
	return n.write(ctx, into)
}

// newHub is the work of NewHub.
type newHub struct {
	*run.Run
	name  string
	repo  *git.Repo
	hubs  []hub.Hub // that there are
	sites []newhub.Site
	files []newhub.File
	notes []string
	plain string // the file of secret values that is left out, as nothing would encrypt it; "" for none
}

// decide finds out what the files are, and refuses names that are taken before it reads anything of other hubs.
func (n *newHub) decide(ctx context.Context) (err error) {
	of := func(name string) layout.Parts { return n.Config.For(name).Layout.Parts }
	if n.sites, err = newhub.Sites(n.Config.Layout, of, n.name, n.Config.Cluster); err != nil {
		return err
	}
	names := []string{n.name}
	for _, site := range n.sites {
		if err := hub.CheckName(site.Name()); err != nil {
			return err
		}
		names = append(names, site.Name())
	}
	if n.hubs, err = n.Surveyor.Hubs(ctx); err != nil {
		return err
	}
	if err := n.checkTaken(ctx, names); err != nil {
		return err
	}
	if err := n.withoutSecrets(ctx); err != nil {
		return err
	}
	standards, err := n.standards(ctx)
	if err != nil {
		return err
	}
	tokens := newhub.Tokens{Random: rand.Reader}
	if n.Config.From == "" {
		n.files, err = newhub.Fresh(n.sites, standards, tokens)
	} else {
		err = n.copy(ctx, of, standards, tokens)
	}
	if err != nil {
		return err
	}
	for _, file := range n.files {
		if file.Secret {
			values, err := secret.Values(file.Path, file.Content)
			if err != nil {
				return err
			}
			n.Session.Run.Redact.Add(values...)
		}
	}
	return n.checkAddress()
}

// withoutSecrets leaves out the secret values where nothing encrypts them and no hub has any: such a hub works, and lets nobody in yet. Where other
// hubs have theirs, or the new one needs them, Seal refuses.
func (n *newHub) withoutSecrets(ctx context.Context) error {
	if slices.ContainsFunc(n.hubs, func(h hub.Hub) bool { return len(h.Secrets) > 0 }) {
		return nil
	}
	for _, site := range n.sites {
		for _, name := range site.Secrets {
			sealed, err := n.To.Seals(ctx, name)
			if err != nil || sealed || !slices.Contains(site.Optional, name) {
				return err
			}
			n.plain = name
		}
	}
	for i := range n.sites {
		n.sites[i].Secrets = nil
	}
	return nil
}

// checkTaken refuses what the repository or the cluster has already.
func (n *newHub) checkTaken(ctx context.Context, names []string) error {
	taken := newhub.Taken{Entries: map[string][]string{}}
	snapshot, err := n.To.Files(ctx)
	if err != nil {
		return err
	}
	for _, h := range n.hubs {
		taken.Hubs, taken.Images = append(taken.Hubs, h.Name), append(taken.Images, h.ImageNames()...)
	}
	roots := newhub.Roots(n.sites)
	for _, root := range roots {
		dir := path.Dir(root)
		entries, _ := os.ReadDir(filepath.Join(n.Config.Root, filepath.FromSlash(dir))) // what is not there has none
		for _, entry := range entries {
			taken.Entries[dir] = append(taken.Entries[dir], entry.Name())
		}
		for _, file := range slices.Concat(snapshot.Below(dir), snapshot.Lost(dir), snapshot.Removed(dir)) {
			first, _, _ := strings.Cut(strings.TrimPrefix(file, dir+"/"), "/")
			taken.Entries[dir] = append(taken.Entries[dir], first)
		}
	}
	if err := taken.Check(names, roots); err != nil {
		return err
	}
	for _, site := range n.sites {
		if err := n.checkCluster(ctx, site.Address); err != nil {
			return err
		}
	}
	return nil
}

// checkCluster refuses a hub in whose place the cluster has something. A cluster that cannot be asked is told, and is no reason: a deploy asks it again.
func (n *newHub) checkCluster(ctx context.Context, at layout.Address) error {
	cluster, err := n.To.On(at.Cluster).Cluster(ctx)
	if err == nil {
		there, asked := n.inPlace(ctx, cluster.Kube, at)
		if err = asked; err == nil && there != "" {
			return exit.Input("%s: %s: nothing was written", cluster, there).Try("give the hub another name; or 'mage status' tells what runs there")
		}
	}
	if err != nil {
		n.Console.Info("", "the cluster was not asked whether it has a namespace %s: %v", at.Namespace, err)
	}
	return nil
}

// inPlace tells what the cluster has in the place of a new hub; "" if that is nothing. A namespace that hubs share by the layout may be there: what a
// deploy takes for a stranger's is refused.
func (n *newHub) inPlace(ctx context.Context, client *kube.Client, at layout.Address) (string, error) {
	if !n.shares(at) {
		found, err := client.Namespace(ctx, at.Namespace)
		if err != nil || !found.Found {
			return "", err
		}
		return "it has a namespace " + at.Namespace, nil
	}
	release, err := client.Release(ctx, at)
	if err != nil {
		return "", err
	}
	if release.Newest().Number > 0 {
		return "it has a release " + at.Named(), nil
	}
	return n.Surveyor.Foreign(ctx, client, release, at)
}

// shares reports whether the layout puts other hubs into the namespace too, be they there or not.
func (n *newHub) shares(at layout.Address) bool {
	pattern := n.Config.For(at.Hub).Layout.Namespace
	return pattern != "" && !layout.Has(pattern, "hub") ||
		slices.ContainsFunc(n.hubs, func(h hub.Hub) bool { return h.At.Cluster == at.Cluster && h.At.Namespace == at.Namespace })
}

// standards are what the other hubs have.
func (n *newHub) standards(ctx context.Context) (newhub.Standards, error) {
	var dependencies []chart.Dependency
	var bases, dockerfiles []string
	isBare := false
	for _, h := range n.hubs {
		dependencies = append(dependencies, h.Chart.Dependencies...)
		isBare = isBare || n.sites[0].Chart == "" && h.ImagePaths([]string{"jupyterhub.singleuser"})[0] == "singleuser"
		for _, image := range h.Built() {
			dockerfiles = append(dockerfiles, path.Join(image.Dir, "Dockerfile"))
		}
	}
	snapshot, err := n.To.Files(ctx)
	if err != nil {
		return newhub.Standards{}, err
	}
	contents, err := snapshot.Read(ctx, dockerfiles...)
	if err != nil {
		return newhub.Standards{}, err
	}
	for _, content := range contents {
		bases = append(bases, dockerfile.Parse(content).Base(nil))
	}
	standards := newhub.Standard(dependencies, bases)
	standards.Bare = isBare
	return standards, nil
}

// copy makes the files from those of another hub.
func (n *newHub) copy(ctx context.Context, of func(string) layout.Parts, standards newhub.Standards, tokens newhub.Tokens) error {
	from, err := newhub.Sites(n.Config.Layout, of, n.Config.From, n.Config.Cluster)
	if err != nil {
		return err
	}
	if _, err := n.Surveyor.Hubs(ctx, from[0].Name()); err != nil {
		return exit.Input("FROM=%s: %w", n.Config.From, err)
	}
	snapshot, err := n.To.Files(ctx)
	if err != nil {
		return err
	}
	var held []newhub.Held
	for _, root := range newhub.Roots(from) {
		names := snapshot.Below(root)
		if snapshot.Has(root) {
			names = append(names, root)
		}
		contents, err := snapshot.Read(ctx, names...)
		if err != nil {
			return err
		}
		for _, name := range names {
			if slices.ContainsFunc(from, func(s newhub.Site) bool { return slices.Contains(s.Secrets, name) }) {
				continue // never those
			}
			one := newhub.Held{Path: name, Content: contents[name], Link: snapshot.IsLink(name), Encrypted: secret.FormOf(contents[name]) != secret.Plain}
			if info, err := os.Lstat(filepath.Join(n.Config.Root, filepath.FromSlash(name))); err == nil {
				one.Executable = info.Mode()&0o100 != 0
			}
			held = append(held, one)
		}
	}
	n.files, n.notes, err = newhub.Copied(from, n.sites, held, standards, tokens)
	return err
}

// checkAddress refuses a hub that would be where another one is.
func (n *newHub) checkAddress() error {
	var all []lint.Hub
	add := func(h lint.Hub, name string, content []byte) (lint.Hub, error) {
		top, err := yamldoc.Parse(name, content)
		h.Values = append(h.Values, lint.File{Name: name, Top: top})
		return h, err
	}
	for _, h := range n.hubs {
		known := lint.Hub{Hub: h}
		for _, name := range h.ValueFiles() {
			if top, err := yamldoc.ReadIfThere(n.Config.Root, name); err == nil {
				known.Values = append(known.Values, lint.File{Name: name, Top: top})
			}
		}
		all = append(all, known)
	}
	var err error
	for _, site := range n.sites {
		own := lint.Hub{Hub: hub.Hub{Name: site.Name(), ChartDir: site.Chart}}
		for _, file := range n.files {
			if path.Base(file.Path) == "values.yaml" && path.Dir(file.Path) == site.Chart || slices.Contains(site.Values, file.Path) {
				if own, err = add(own, file.Path, file.Content); err != nil {
					return err
				}
			}
		}
		all = append(all, own)
	}
	for _, finding := range lint.Addresses(all) {
		if slices.ContainsFunc(n.files, func(f newhub.File) bool { return f.Path == finding.File }) {
			return exit.Input("the new hub would be where another is: %s: nothing was written", finding).Try("copy another hub, or none: then it answers at /%s/", n.name)
		}
	}
	return nil
}

// check refuses paths that cannot be written, or that Git knows something of.
func (n *newHub) check(ctx context.Context) error {
	roots := newhub.Roots(n.sites)
	changed, err := n.repo.Changed(ctx, roots...)
	if err != nil {
		return err
	}
	if len(changed) > 0 {
		return exit.Input("%s has changes that are not committed: nothing was written", changed[0]).Try("commit them, or 'git restore' it")
	}
	ours, err := tree.Open(n.Session.Run, n.Config.Root, filepath.Join(n.Scratch, "newhub"))
	if err != nil {
		return err
	}
	defer ours.Close()
	var names []string
	for _, file := range n.files {
		names = append(names, file.Path)
	}
	return ours.Check(ctx, names...)
}

// write encrypts what is secret, shows everything, asks, and writes.
func (n *newHub) write(ctx context.Context, into *place.Place) error {
	const readable, executable, private = 0o644, 0o755, 0o600
	var others []string
	for _, h := range n.hubs {
		others = append(others, h.Secrets...)
	}
	var files []place.File
	var lines []string
	for _, file := range n.files {
		made, holds := place.File{Path: file.Path, Content: file.Content, Mode: readable}, file.Holds
		switch {
		case file.Secret:
			sealed, err := n.To.Seal(ctx, file.Path, file.Content, others)
			if err != nil {
				return err
			}
			made.Content, made.Mode = sealed.Content, private
			holds += "; " + sealed.How
		case file.Executable:
			made.Mode = executable
		}
		files = append(files, made)
		lines = append(lines, "new "+file.Path+": "+holds)
	}
	for _, line := range lines {
		n.Console.Result("%s", line)
	}
	switch {
	case n.plain != "":
		n.Console.Result("no %s, so nobody can log in yet: nothing encrypts it here, neither git-crypt by .gitattributes nor SOPS by .sops.yaml; write one of them, and then the file", n.plain)
	case len(n.sites[0].Secrets) == 0:
		n.Console.Result("no secret values: layout.secrets has no file for one hub")
	}
	for _, note := range n.notes {
		n.Console.Result("look at %s", note)
	}
	if err := n.To.Agreed(ctx, fmt.Sprintf("write these %s?", ui.Counted(len(files), "file"))); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := into.Write(files, n.order(files)); err != nil {
		return err
	}
	n.next(ctx)
	return nil
}

// order lists what is written in the order in which it is to appear: what makes the hub comes last.
func (n *newHub) order(files []place.File) (roots []string) {
	var markers []string
	for _, root := range newhub.Roots(n.sites) {
		if !slices.ContainsFunc(files, func(f place.File) bool { return f.Path == root || strings.HasPrefix(f.Path, root+"/") }) {
			continue
		}
		if slices.ContainsFunc(n.sites, func(s newhub.Site) bool { return s.Marker == root || strings.HasPrefix(s.Marker, root+"/") }) {
			markers = append(markers, root)
			continue
		}
		roots = append(roots, root)
	}
	return append(roots, markers...)
}

// next says what is to be done to have the hub run.
func (n *newHub) next(ctx context.Context) {
	full := n.sites[0].Name()
	n.Console.Result("hub %s is written: look at its files, then", strings.Join(namesOf(n.sites), ", "))
	n.Console.Result("  'mage push:hub %s' and 'mage deploy:hub %s', to try it from here", full, full)
	n.Console.Result("  git add --all && git commit, and merge, for CI to deploy it")
	if gate, _, err := n.Surveyor.Enter(ctx, full); err == nil && gate.Refused {
		n.Console.Result("  %s", gate.Reason)
	}
	if owner, err := plan.Owner("hubops.yaml", n.Config.Branches, full); err == nil && owner == "" && len(n.Config.Branches) > 0 {
		n.Console.Result("  no branch owns it: name it in branches of hubops.yaml, or CI will not deploy it")
	}
}

func namesOf(sites []newhub.Site) (names []string) {
	for _, site := range sites {
		names = append(names, site.Name())
	}
	return names
}
