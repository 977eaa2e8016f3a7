package fleet

import (
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/ops/run"
	reportfleet "hub-ops/magefiles/internal/report/fleet"
	"hub-ops/magefiles/internal/survey"
	"hub-ops/magefiles/internal/ui"
)

// fleetName is the file of the fleet's page.
const fleetName = "fleet.html"

// Report writes the page of the fleet over time, from what the clusters keep of each deploy, prints where it is, and opens it where there is a
// desktop.
func Report(ctx context.Context) error {
	r := run.Of(ctx)
	found, err := r.Surveyor.Of(ctx)
	if err != nil {
		return err
	}
	page := reportfleet.Fleet{Made: time.Now(), Repository: git.RepositoryName(found.Head.Source)}
	registry, err := r.To.Registry(ctx)
	if err != nil {
		return err
	}
	var oneByOne sync.Mutex
	unanswered := r.OnEach(ctx, found, func(ctx context.Context, part *survey.Survey) (run.Became, error) {
		deploys, cluster, err := deploysOn(ctx, r, part, registry)
		oneByOne.Lock()
		defer oneByOne.Unlock()
		if err != nil {
			page.Problems = append(page.Problems, run.InCluster(part, err).Error())
			return run.HasFailed, err
		}
		page.Clusters, page.Deploys = append(page.Clusters, cluster), append(page.Deploys, deploys...)
		return run.AllIsWell, nil
	})
	if len(page.Clusters) == 0 {
		return unanswered
	}
	slices.Sort(page.Clusters)
	file, err := r.KeepPage(fleetName, reportfleet.HTML(page, r.Console.Shown))
	if err != nil {
		return err
	}
	r.Console.Result("%s", file)
	r.OpenInBrowser(file)
	return unanswered
}

// deploysOn are the revisions that a cluster keeps of the hubs of a part, and the cluster's name for people.
func deploysOn(ctx context.Context, r *run.Run, part *survey.Survey, registry registry.Registry) ([]reportfleet.Deploy, string, error) {
	if err := answers(ctx, r.On(part)); err != nil {
		return nil, "", err
	}
	cluster, err := r.On(part).Cluster(ctx)
	if err != nil {
		return nil, "", err
	}
	if err := r.Surveyor.AskCluster(ctx, part); err != nil {
		return nil, "", err
	}
	defer r.Console.Beat(ui.Heartbeat, "asking how large images are")()
	sizes := sizesOf(ctx, part, registry)
	var deploys []reportfleet.Deploy
	for _, h := range part.Hubs {
		for _, revision := range part.Fleet.Release(h.At).Revisions {
			one := deployOf(revision)
			one.Hub, one.Cluster, one.Size = h.Name, part.Cluster, sizes.of(h, revision.Record)
			deploys = append(deploys, one)
		}
	}
	return deploys, cluster.String(), ctx.Err()
}

// deployOf is what a revision says of the deploy that made it.
func deployOf(revision history.Revision) reportfleet.Deploy {
	one := reportfleet.Deploy{Revision: revision.Number, At: revision.Begun, Status: revision.Status, By: "somebody, without hub-ops"}
	if one.At.IsZero() {
		one.At = revision.Made
	}
	one.Failed = !slices.Contains([]string{"deployed", "superseded", "uninstalled", "uninstalling"}, revision.Status)
	if revision.Own() {
		one.By, one.Commit, one.Took = revision.Record.Run, revision.Record.Commit, history.ReadTook(revision.Record.Took)
	}
	return one
}

// tagged is an image at a tag.
type tagged struct{ image, tag string }

// imageSizes are those that the registry tells, in bytes; what it does not have has none.
type imageSizes struct {
	mu sync.Mutex
	by map[tagged]int64
}

// mostImages is how many of the newest images of each hub the registry is asked for.
const mostImages = 10

// sizesOf asks the registry how large the images are that the releases of a part's hubs record. One that does not answer leaves them out.
func sizesOf(ctx context.Context, part *survey.Survey, registry registry.Registry) *imageSizes {
	sizes := &imageSizes{by: map[tagged]int64{}}
	group, asking := errgroup.WithContext(ctx)
	const atOnce = 16
	group.SetLimit(atOnce)
	asked := map[tagged]bool{}
	for _, h := range part.Hubs {
		ofHub := 0
		for _, revision := range slices.Backward(part.Fleet.Release(h.At).Revisions) {
			for _, image := range recorded(h, revision.Record) {
				if asked[image] || ofHub >= mostImages {
					continue
				}
				asked[image] = true
				ofHub++
				group.Go(func() error {
					if size, err := registry.Size(asking, image.image, image.tag); err == nil {
						sizes.mu.Lock()
						defer sizes.mu.Unlock()
						sizes.by[image] = size
					}
					return nil
				})
			}
		}
	}
	_ = group.Wait() // no error: what is not known is left out
	return sizes
}

// recorded are the images that are built here and that a release was deployed with.
func recorded(h hub.Hub, record history.Record) (images []tagged) {
	for _, key := range append([]string{""}, record.Images.Keys()...) {
		image, was := h.Image(key), record.Image(key)
		if image.Name != "" && !image.BuiltElsewhere() && was.Tag != "" && was.Tag != history.None {
			images = append(images, tagged{image.Name, was.Tag})
		}
	}
	return images
}

// of is how large the images of a hub were together; 0 if that of one is not known.
func (s *imageSizes) of(h hub.Hub, record history.Record) (sum int64) {
	for _, image := range recorded(h, record) {
		size := s.by[image]
		if size == 0 {
			return 0
		}
		sum += size
	}
	return sum
}
