package ops

import (
	"context"
	"errors"
	"slices"

	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image"
	"hub-ops/magefiles/internal/kube"
)

// Status prints what the cluster holds of each hub: release, revision, image and its digest, pods.
func Status(ctx context.Context, s *Session) error {
	hubs, err := s.hubs(nil)
	if err != nil {
		return err
	}
	client, access, err := s.cluster(ctx)
	if err != nil {
		return err
	}
	releases, err := client.Releases(ctx)
	if err != nil {
		return err
	}
	pods, err := client.Pods(ctx)
	if err != nil {
		return err
	}
	names := namesOf(hubs, releases)
	rows, moved, err := s.statusRows(ctx, hubs, names, releases, pods)
	if err != nil {
		return err
	}
	s.Console.Result("%s", s.where(access))
	s.Console.Table(rows)
	for _, line := range moved {
		if line != "" {
			s.Console.Result("%s", line)
		}
	}
	for _, name := range names {
		if s.sandbox == nil && !contains(hubs, name) { // in the sandbox it is the demonstration's, or another repository's
			s.Console.Result("%s is in the cluster, and no longer in the repository", name)
		}
	}
	return nil
}

func contains(hubs []hub.Hub, name string) bool {
	return slices.ContainsFunc(hubs, func(h hub.Hub) bool { return h.Name == name })
}

// namesOf lists the hubs of the repository, and those that were once deployed from it.
func namesOf(hubs []hub.Hub, releases map[string]kube.Release) []string {
	var names []string
	for _, h := range hubs {
		names = append(names, h.Name)
	}
	for _, release := range releases {
		if release.Commit != "" && release.Name == release.Namespace && !slices.Contains(names, release.Name) {
			names = append(names, release.Name)
		}
	}
	slices.Sort(names)
	return names
}

// statusRows asks the registry for every deployed image at once. moved names the images whose base is another by now.
func (s *Session) statusRows(ctx context.Context, hubs []hub.Hub, names []string, releases map[string]kube.Release, pods map[string]kube.Pods) (rows [][]string, moved []string, err error) {
	rows, moved = make([][]string, 1+len(names)), make([]string, len(names))
	rows[0] = []string{"HUB", "RELEASE", "REVISION", "COMMIT", "IMAGE", "DIGEST", "PODS"}
	registry := s.registry()
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(questions)
	for i, name := range names {
		release, deployed := releases[name+"/"+name]
		if !deployed {
			rows[1+i] = []string{name, "never deployed", "", "", "", "", ""}
			continue
		}
		own := release.Image != "" && release.Image != "none" && contains(hubs, name)
		group.Go(func() error {
			digest := ""
			if own {
				var err error
				if digest, err = digestOf(ctx, registry, name, release.Image); err != nil {
					return err
				}
				if base := registry.Moved(ctx, name, release.Image).Name; base != "" {
					moved[i] = name + ": " + base + " is another image now than the one that " + release.Image + " was built on"
				}
			}
			rows[1+i] = []string{name, release.Status, release.Revision, release.Commit, release.Image, digest, pods[name].String()}
			return nil
		})
	}
	return rows, moved, group.Wait()
}

// digestOf is what a person compares of a digest, or why there is none.
func digestOf(ctx context.Context, registry image.Registry, name, tag string) (string, error) {
	digest, err := registry.Digest(ctx, name, tag)
	switch {
	case errors.Is(err, image.ErrRefused):
		return "? (no access)", nil
	case err != nil:
		return "", err
	case digest == "":
		return "not in the registry", nil
	}
	return shorten(digest), nil
}

// shorten cuts a digest to what a person compares: the algorithm and twelve digits.
func shorten(digest string) string {
	const length = len("sha256:") + 12
	if len(digest) > 64 {
		return digest[:length]
	}
	return digest
}
