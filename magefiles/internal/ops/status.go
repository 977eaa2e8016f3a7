package ops

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image"
	"hub-ops/magefiles/internal/kube"
)

// Status prints what the cluster holds of each hub: release, revision, image and its digest, pods.
func Status(ctx context.Context, s *Session) error {
	client, access, err := s.cluster(ctx)
	if err != nil {
		return err
	}
	if _, err := client.ServerVersion(ctx); err != nil {
		return err // before the registry is asked about anything
	}
	v, err := s.survey(ctx)
	if err != nil {
		return err
	}
	if err := s.askCluster(ctx, v, client); err != nil {
		return err
	}
	pods, err := client.Pods(ctx)
	if err != nil {
		return err
	}
	orphans := v.fleet.orphans(v.hubs)
	rows, moved, err := s.statusRows(ctx, v, orphans, pods)
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
	if len(v.fleet.tillers) > 0 {
		s.Console.Problem("", "%s: no hub can be deployed beside it", tillerRuns(v.fleet.tillers))
	}
	s.showOrphans(orphans)
	return nil
}

func contains(hubs []hub.Hub, name string) bool {
	return slices.ContainsFunc(hubs, func(h hub.Hub) bool { return h.Name == name })
}

// statusRows asks the registry for every deployed image at once. moved names the images whose base is another by now.
func (s *Session) statusRows(ctx context.Context, v *survey, orphans []string, pods map[string]kube.Pods) (rows [][]string, moved []string, err error) {
	names := slices.Clone(orphans)
	for _, h := range v.hubs {
		names = append(names, h.Name)
	}
	slices.Sort(names)
	rows, moved = make([][]string, 1+len(names)), make([]string, len(names))
	rows[0] = []string{"HUB", "RELEASE", "REVISION", "COMMIT", "IMAGE", "DIGEST", "PODS", "STATE"}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(questions)
	for i, name := range names {
		group.Go(func() (err error) {
			rows[1+i], moved[i], err = s.statusRow(ctx, v, name, pods[name])
			return err
		})
	}
	return rows, moved, group.Wait()
}

func (s *Session) statusRow(ctx context.Context, v *survey, name string, pods kube.Pods) (row []string, moved string, err error) {
	newest, registry := v.fleet.of(name).Newest(), s.registry()
	ours := contains(v.hubs, name)
	if newest.Number == 0 {
		return []string{name, "never deployed", "", "", "", "", "", ""}, "", nil
	}
	made, digest, state := newest.Record, "", "not in the repository"
	if ours {
		state = v.factsOf(name).Release.String()
	}
	if ours && made.ImageTag != "" && made.ImageTag != history.None {
		if digest, err = digestOf(ctx, registry, name, made.ImageTag); err != nil {
			return nil, "", err
		}
		if base := registry.Moved(ctx, name, made.ImageTag).Name; base != "" {
			moved = name + ": " + base + " is another image now than the one that " + made.ImageTag + " was built on"
		}
	}
	return []string{name, newest.Status, strconv.Itoa(newest.Number), made.Commit, made.ImageTag, digest, pods.String(), state}, moved, nil
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
