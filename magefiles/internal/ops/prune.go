package ops

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/fanout"
	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/prune"
	imageregistry "hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/survey"
	"hub-ops/magefiles/internal/ui"
)

// PruneImages lists the tags of each hub's repository that nothing needs; with APPLY=1 it deletes them.
func PruneImages(ctx context.Context) error {
	r := runOf(ctx)
	hubs, err := r.prunable(ctx)
	if err != nil {
		return err
	}
	if r.Config.Apply {
		if err := r.LockCheckout(); err != nil {
			return err
		}
	}
	defer r.Console.Beat(ui.Heartbeat, "asking Git, the cluster and the registry")()
	needs, err := r.surveyor.Needs(ctx, hubs)
	if err != nil {
		return err
	}
	registry, err := r.to.Registry(ctx)
	if err != nil {
		return err
	}
	verdicts := make([][]prune.Verdict, len(hubs))
	group, listing := errgroup.WithContext(ctx)
	group.SetLimit(r.Config.AtATime())
	for i, h := range hubs {
		if needs.Unrecorded[h.Name] != "" {
			continue
		}
		group.Go(func() (err error) {
			verdicts[i], err = r.verdicts(listing, registry, h.Name, needs)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	r.showVerdicts(hubs, verdicts, needs.Unrecorded)
	if !r.Config.Apply {
		return nil
	}
	return r.deleteTags(ctx, registry, hubs, verdicts)
}

// prunable lists the hubs with an image that this event may prune: locally all, in CI those that the branch owns.
func (r *run) prunable(ctx context.Context) ([]hub.Hub, error) {
	all, err := r.surveyor.Hubs(ctx)
	if err != nil {
		return nil, err
	}
	var hubs []hub.Hub
	var refusal error
	for _, h := range all {
		gate, err := r.surveyor.Gate(ctx, h.Name)
		if err != nil {
			return nil, err
		}
		switch {
		case gate.Refused:
			refusal = fanout.Refused("pruning", h.Name, gate)
		case h.ImageDir != "":
			hubs = append(hubs, h)
		}
	}
	if len(hubs) == 0 {
		return nil, refusal
	}
	return hubs, nil
}

// verdicts asks the registry for every tag of a hub. It asks for the age only of tags that nothing needs.
func (r *run) verdicts(ctx context.Context, registry imageregistry.Registry, name string, needs survey.Needs) ([]prune.Verdict, error) {
	here, err := r.surveyor.Remotes(ctx)
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
func (r *run) showVerdicts(hubs []hub.Hub, verdicts [][]prune.Verdict, unrecorded map[string]string) {
	rows := [][]string{{"HUB", "TAG", "MADE", "DELETE", "REASON"}}
	gone := 0
	for i, h := range hubs {
		for _, verdict := range verdicts[i] {
			if verdict.Delete {
				gone++
				rows = append(rows, []string{h.Name, verdict.Name, verdict.Created.Format(time.DateOnly), "yes", verdict.Reason})
			}
		}
	}
	if gone > 0 {
		r.Console.Table(rows)
	}
	for i, h := range hubs {
		if why := unrecorded[h.Name]; why != "" {
			r.Console.Result("%s: left alone: %s", h.Name, why)
			continue
		}
		r.Console.Result("%s: %s", h.Name, keptOf(verdicts[i]))
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
		tags := reasons[reason]
		text := strings.Join(tags[:min(most, len(tags))], ", ")
		if more := len(tags) - most; more > 0 {
			text += fmt.Sprintf(" and %d more", more)
		}
		parts = append(parts, text+": "+reason)
	}
	return "stays " + strings.Join(parts, "; ")
}

// deleteTags deletes the tags of one hub after the other. It stops at a registry that does not delete at all; after any other
// failure it goes on with the next hub.
func (r *run) deleteTags(ctx context.Context, registry imageregistry.Registry, hubs []hub.Hub, verdicts [][]prune.Verdict) error {
	var failures []error
	for i, h := range hubs {
		for _, verdict := range verdicts[i] {
			if !verdict.Delete {
				continue
			}
			if err := ctx.Err(); err != nil {
				return errors.Join(append(failures, err)...)
			}
			err := registry.Delete(ctx, h.Name, verdict.Tag, verdict.Digests)
			switch {
			case errors.Is(err, imageregistry.ErrNoDeletion), err != nil && ctx.Err() != nil:
				return errors.Join(append(failures, err)...)
			case err != nil:
				failures = append(failures, err)
			default:
				r.Console.Result("%s: deleted %s (%s)", h.Name, verdict.Name, shortDigest(verdict.Digest))
			}
		}
	}
	return errors.Join(failures...)
}
