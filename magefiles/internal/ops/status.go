package ops

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/history"
	imageregistry "hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/survey"
)

// Status prints what the cluster holds of each hub: release, revision, image and its digest, pods.
func Status(ctx context.Context) error {
	r := runOf(ctx)
	cluster, err := r.to.Cluster(ctx)
	if err != nil {
		return err
	}
	if _, err := cluster.Kube.Version(ctx); err != nil {
		return err // before the registry is asked about anything
	}
	found, err := r.surveyor.Of(ctx)
	if err != nil {
		return err
	}
	if err := r.surveyor.AskCluster(ctx, found); err != nil {
		return err
	}
	pods, err := cluster.Kube.Pods(ctx)
	if err != nil {
		return err
	}
	registry, err := r.to.Registry(ctx)
	if err != nil {
		return err
	}
	s := status{registry, found, pods}
	rows, moved, err := s.rows(ctx)
	if err != nil {
		return err
	}
	r.Console.Result("%s", cluster)
	r.Console.Table(rows)
	for _, line := range moved {
		if line != "" {
			r.Console.Result("%s", line)
		}
	}
	if text := found.Fleet.Tiller(); text != "" {
		r.Console.Problem("", "%s: no hub can be deployed beside it", text)
	}
	return r.showOrphans(ctx, found.Orphans())
}

// status is what the rows are made from.
type status struct {
	registry imageregistry.Registry
	found    *survey.Survey
	pods     map[string]kube.Pods // by namespace
}

// rows asks the registry for every deployed image at once. moved names the images whose base has moved.
func (s status) rows(ctx context.Context) (rows [][]string, moved []string, err error) {
	names := s.found.Orphans()
	for _, h := range s.found.Hubs {
		names = append(names, h.Name)
	}
	slices.Sort(names)
	rows, moved = make([][]string, 1+len(names)), make([]string, len(names))
	rows[0] = []string{"HUB", "RELEASE", "REVISION", "COMMIT", "IMAGE", "DIGEST", "PODS", "STATE"}
	const questions = 16
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(questions)
	for i, name := range names {
		group.Go(func() (err error) {
			rows[1+i], moved[i], err = s.row(ctx, name)
			return err
		})
	}
	return rows, moved, group.Wait()
}

func (s status) row(ctx context.Context, name string) (row []string, moved string, err error) {
	newest := s.found.Fleet.Release(name).Newest()
	if newest.Number == 0 {
		return []string{name, "never deployed", "", "", "", "", "", ""}, "", nil
	}
	made, digest, state := newest.Record, "", "not in the repository"
	if s.found.Has(name) {
		state = s.found.FactsOf(name).Release.String()
		if made.ImageTag != "" && made.ImageTag != history.None {
			if digest, err = s.digest(ctx, name, made.ImageTag); err != nil {
				return nil, "", err
			}
			if base := s.registry.Moved(ctx, name, made.ImageTag).Name; base != "" {
				moved = name + ": " + base + " is another image now than the one that " + made.ImageTag + " was built on"
			}
		}
	}
	return []string{name, newest.Status, strconv.Itoa(newest.Number), made.Commit, made.ImageTag, digest, s.pods[name].String(), state}, moved, nil
}

// digest returns the short form of a digest, or why there is none.
func (s status) digest(ctx context.Context, name, tag string) (string, error) {
	digest, err := s.registry.Digest(ctx, name, tag)
	switch {
	case errors.Is(err, imageregistry.ErrRefused):
		return "? (no access)", nil
	case err != nil:
		return "", err
	case digest == "":
		return "not in the registry", nil
	}
	return shortDigest(digest), nil
}
