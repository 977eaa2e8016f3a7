package ops

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image"
	"hub-ops/magefiles/internal/image/prune"
	"hub-ops/magefiles/internal/plan"
)

// PruneImages lists the tags of each hub's repository that nothing needs; with APPLY=1 it deletes them.
func PruneImages(ctx context.Context, s *Session) error {
	hubs, err := s.prunable()
	if err != nil {
		return err
	}
	if s.Config.Apply {
		if err := s.lockCheckout(); err != nil {
			return err
		}
	}
	defer s.Console.Beat(heartbeat, "asking Git, the cluster and the registry")()
	needs, unrecorded, err := s.needs(ctx, hubs)
	if err != nil {
		return err
	}
	verdicts := make([][]prune.Verdict, len(hubs))
	group, listing := errgroup.WithContext(ctx)
	group.SetLimit(s.Config.AtATime())
	for i, h := range hubs {
		if unrecorded[h.Name] != "" {
			continue
		}
		group.Go(func() (err error) {
			verdicts[i], err = s.verdicts(listing, h.Name, needs)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	s.showVerdicts(hubs, verdicts, unrecorded)
	if !s.Config.Apply {
		return nil
	}
	return s.deleteTags(ctx, hubs, verdicts)
}

// prunable lists the hubs with an image that this event may prune: locally all, in CI those that the branch owns.
func (s *Session) prunable() ([]hub.Hub, error) {
	all, err := s.hubs(nil)
	if err != nil {
		return nil, err
	}
	var hubs []hub.Hub
	var refusal error
	for _, h := range all {
		owner, err := plan.Owner(s.Config.Branches, h.Name)
		if err != nil {
			return nil, err
		}
		gate := plan.Gate(s.Config.Event, h.Name, owner)
		switch {
		case gate.Refused:
			refusal = refused("pruning", h.Name, gate)
		case h.ImageDir != "":
			hubs = append(hubs, h)
		}
	}
	if len(hubs) == 0 {
		return nil, refusal
	}
	return hubs, nil
}

// verdicts asks the registry for every tag of a hub. Only of what nothing needs does it ask the age.
func (s *Session) verdicts(ctx context.Context, name string, needs needed) ([]prune.Verdict, error) {
	registry := s.registry()
	names, err := registry.Tags(ctx, name)
	if err != nil {
		return nil, err
	}
	found := make([]*prune.Tag, len(names))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(questions)
	for i, tag := range names {
		group.Go(func() error {
			_, needed := needs.Tags[tag]
			described, there, err := registry.Tag(ctx, name, tag, !needed)
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
		if tag != nil {
			tags = append(tags, *tag)
		}
	}
	return prune.Plan(tags, needs.moved(name, tags), prune.Limits{Age: s.Config.KeepAge, Count: s.Config.KeepCount}, time.Now()), nil
}

// showVerdicts prints what would be deleted, and of the rest how much there is and why.
func (s *Session) showVerdicts(hubs []hub.Hub, verdicts [][]prune.Verdict, unrecorded map[string]string) {
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
		s.Console.Table(rows)
	}
	for i, h := range hubs {
		if why := unrecorded[h.Name]; why != "" {
			s.Console.Result("%s: left alone: %s", h.Name, why)
			continue
		}
		s.Console.Result("%s: %s", h.Name, keptOf(verdicts[i]))
	}
	if !s.Config.Apply && gone > 0 {
		s.Console.Result("nothing was deleted: APPLY=1 deletes the %d listed above", gone)
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

// deleteTags deletes hub after hub. A registry that deletes nothing is not asked again; any other failure stops no
// sibling.
func (s *Session) deleteTags(ctx context.Context, hubs []hub.Hub, verdicts [][]prune.Verdict) error {
	registry := s.registry()
	var failures []error
	for i, h := range hubs {
		for _, verdict := range verdicts[i] {
			if !verdict.Delete {
				continue
			}
			err := ctx.Err()
			if err == nil {
				err = registry.Delete(ctx, h.Name, verdict.Tag, verdict.Digests)
			}
			switch {
			case errors.Is(err, image.ErrNoDeletion), ctx.Err() != nil:
				return errors.Join(append(failures, err)...)
			case err != nil:
				failures = append(failures, err)
			default:
				s.Console.Result("%s: deleted %s (%s)", h.Name, verdict.Name, shorten(verdict.Digest))
			}
		}
	}
	return errors.Join(failures...)
}
