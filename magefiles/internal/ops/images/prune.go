package images

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/fanout"
	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/prune"
	imageregistry "hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/survey/needed"
	"hub-ops/magefiles/internal/ui"
)

// Prune lists the tags of each hub's repository that nothing needs; with APPLY=1 it deletes them.
func Prune(ctx context.Context) error {
	r := run.Of(ctx)
	images, err := prunableImages(ctx, r)
	if err != nil {
		return err
	}
	if r.Config.Apply {
		if err := r.LockCheckout(); err != nil {
			return err
		}
	}
	defer r.Console.Beat(ui.Heartbeat, "asking Git, the cluster and the registry")()
	needs, err := needed.Find(ctx, r.Session, r.To, r.Surveyor)
	if err != nil {
		return err
	}
	registry, err := r.To.Registry(ctx)
	if err != nil {
		return err
	}
	verdicts := make([][]prune.Verdict, len(images))
	group, listing := errgroup.WithContext(ctx)
	group.SetLimit(r.Config.AtATime())
	for i, image := range images {
		if needs.Unrecorded[image.pass.Hub()] != "" {
			continue
		}
		group.Go(func() (err error) {
			verdicts[i], err = verdictsOn(listing, r, registry, image.Name, needs)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	showVerdicts(r, images, verdicts, needs.Unrecorded)
	if !r.Config.Apply {
		return nil
	}
	return deleteTags(ctx, r, registry, images, verdicts)
}

// prunable is an image that this event may prune, by the pass of its hub.
type prunable struct {
	hub.Image
	pass plan.Pass
}

// shown is what the image is called among those of all hubs: the hub's name for its image of layout.image.
func (p prunable) shown() string {
	if p.Key == "" {
		return p.pass.Hub()
	}
	return p.Name
}

// prunableImages lists the images that this event may prune: locally all, in CI those of hubs that the branch owns. One that several hubs share is
// there once.
func prunableImages(ctx context.Context, r *run.Run) (images []prunable, err error) {
	all, err := r.Surveyor.Hubs(ctx)
	if err != nil {
		return nil, err
	}
	var refusal error
	for _, h := range all {
		gate, pass, err := r.Surveyor.Enter(ctx, h.Name)
		if err != nil {
			return nil, err
		}
		if gate.Refused {
			refusal = fanout.Refused("pruning", h.Name, gate)
			continue
		}
		for _, image := range h.Built() { // what is built elsewhere is somebody else's
			if !slices.ContainsFunc(images, func(other prunable) bool { return other.Name == image.Name }) {
				images = append(images, prunable{image, pass})
			}
		}
	}
	if len(images) == 0 {
		return nil, refusal
	}
	return images, nil
}

// verdictsOn asks the registry for every tag of an image. It asks for the age only of tags that nothing needs.
func verdictsOn(ctx context.Context, r *run.Run, registry imageregistry.Registry, name string, needs needed.Images) ([]prune.Verdict, error) {
	here, err := r.Surveyor.Remotes(ctx)
	if err != nil {
		return nil, err
	}
	names, err := registry.Tags(ctx, name)
	if err != nil {
		return nil, err
	}
	found := make([]*prune.Tag, len(names))
	group, ctx := errgroup.WithContext(ctx)
	const questions = 16
	group.SetLimit(questions)
	for i, tag := range names {
		group.Go(func() error {
			detail := imageregistry.Dated
			if _, needed := needs.Tags[tag]; needed {
				detail = imageregistry.Named
			}
			described, there, err := registry.Tag(ctx, name, tag, detail)
			if there {
				found[i] = &described
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	var tags []prune.Tag
	for _, tag := range found {
		if tag == nil {
			continue
		}
		// A clone without a remote puts no source on its images; what they say then is their base's.
		if source := git.RepositoryName(tag.Source); len(here) > 0 && source != "" && !slices.Contains(here, source) {
			tag.Foreign = source
		}
		tags = append(tags, *tag)
	}
	return prune.Plan(tags, needs.For(name, tags), prune.Limits{Age: r.Config.KeepAge, Count: r.Config.KeepCount}, time.Now()), nil
}

// showVerdicts prints which tags would be deleted, and how many stay for which reason.
func showVerdicts(r *run.Run, images []prunable, verdicts [][]prune.Verdict, unrecorded map[string]string) {
	rows := [][]string{{"HUB", "TAG", "MADE", "DELETE", "REASON"}}
	gone := 0
	for i, image := range images {
		for _, verdict := range verdicts[i] {
			if verdict.Delete {
				gone++
				rows = append(rows, []string{image.shown(), verdict.Name, verdict.Created.Format(time.DateOnly), "yes", verdict.Reason})
			}
		}
	}
	if gone > 0 {
		r.Console.Table(rows)
	}
	for i, image := range images {
		if why := unrecorded[image.pass.Hub()]; why != "" {
			r.Console.Result("%s: left alone: %s", image.shown(), why)
			continue
		}
		r.Console.Result("%s: %s", image.shown(), keptOf(verdicts[i]))
	}
	if !r.Config.Apply && gone > 0 {
		r.Console.Result("nothing was deleted: APPLY=1 deletes the %d listed above", gone)
	}
}

// keptOf says which tags stay, by reason.
func keptOf(verdicts []prune.Verdict) string {
	reasons := map[string][]string{}
	var order []string
	for _, verdict := range verdicts {
		if verdict.Delete {
			continue
		}
		if reasons[verdict.Reason] == nil {
			order = append(order, verdict.Reason)
		}
		reasons[verdict.Reason] = append(reasons[verdict.Reason], verdict.Name)
	}
	if len(order) == 0 {
		return "no tag stays"
	}
	slices.Sort(order)
	parts := make([]string, 0, len(order))
	for _, reason := range order {
		const most = 3
		parts = append(parts, ui.First(reasons[reason], most)+": "+reason)
	}
	return "stays " + strings.Join(parts, "; ")
}

// deleteTags deletes the tags of one image after the other. It stops at a registry that does not delete at all; after any other
// failure it goes on with the next image.
func deleteTags(ctx context.Context, r *run.Run, registry imageregistry.Registry, images []prunable, verdicts [][]prune.Verdict) error {
	var failures []error
	for i, image := range images {
		for _, verdict := range verdicts[i] {
			if !verdict.Delete {
				continue
			}
			if err := ctx.Err(); err != nil {
				return errors.Join(append(failures, err)...)
			}
			err := registry.Delete(ctx, image.pass, image.Name, verdict.Tag, verdict.Digests)
			switch {
			case errors.Is(err, imageregistry.ErrNoDeletion), err != nil && ctx.Err() != nil:
				return errors.Join(append(failures, err)...)
			case err != nil:
				failures = append(failures, err)
			default:
				r.Console.Result("%s: deleted %s (%s)", image.shown(), verdict.Name, imageregistry.ShortDigest(verdict.Digest))
			}
		}
	}
	return errors.Join(failures...)
}
