package ops

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/survey"
	"hub-ops/magefiles/internal/ui"
)

// Plan prints what a run would do to each hub, and why. It changes nothing.
func Plan(ctx context.Context) error {
	r := runOf(ctx)
	found, err := r.surveyor.Of(ctx)
	if err != nil {
		return err
	}
	parts := r.surveyor.Parts(found)
	answered, err := r.askIfAllowed(ctx, found.Concerned(parts))
	if err != nil {
		return err
	}
	if err := r.joinBeyond(ctx, found, answered, parts); err != nil {
		return err
	}
	registry, err := r.to.Registry(ctx)
	if err != nil {
		return err
	}
	r.Console.Result("%s, commit %.12s; %s", found.Plan.Event, found.Head.Hash, imagesAre(found, registry.Repository("{hub}")))
	r.Console.Table(planRows(parts))
	unmatched, err := r.surveyor.Unmatched(ctx)
	if err != nil {
		return err
	}
	names, err := r.surveyor.Names(ctx)
	if err != nil {
		return err
	}
	unmatched = append(unmatched, r.surveyor.UnusedImages(found)...)
	for _, problem := range append(plan.UnknownHubs(r.Config.Branches, func(name string) bool { return slices.Contains(names, name) }), unmatched...) {
		r.Console.Problem("", "hubops.yaml: %s", problem)
	}
	if err := r.showUncommitted(ctx, found); err != nil {
		return err
	}
	for _, part := range parts {
		if err := r.showFleet(ctx, part); err != nil {
			return err
		}
	}
	return nil
}

// joinBeyond makes the plan of all parts, also with what others have that decide by the rounds what these may have.
func (r *run) joinBeyond(ctx context.Context, found *survey.Survey, answered, parts []*survey.Survey) error {
	if err := found.Join(answered, parts); err != nil || !found.InRounds() {
		return err
	}
	beyond, err := r.surveyor.Beyond(ctx, found, parts, true, r.surveyor.AskCluster)
	if err != nil {
		return err
	}
	return found.Join(append(answered, beyond...), parts)
}

// showFleet tells what the cluster of a part has to say, if it was asked.
func (r *run) showFleet(ctx context.Context, part *survey.Survey) error {
	if part.Fleet == nil {
		return nil
	}
	for _, note := range part.PlatformNotes() {
		r.Console.Problem("", "%s", note)
	}
	notes, err := r.surveyor.TwinNotes(ctx, part)
	if err != nil {
		return err
	}
	for _, note := range notes {
		r.Console.Problem("", "%s", note)
	}
	return r.showOrphans(ctx, part)
}

// imagesAre says where the images of hubs are.
func imagesAre(found *survey.Survey, repository string) string {
	if !slices.ContainsFunc(found.Hubs, func(h hub.Hub) bool { return len(h.Built()) > 0 }) {
		return "no hub has an image of its own"
	}
	if repository == "" {
		return "image.repository is not set"
	}
	return "images are " + repository
}

// showUncommitted names what would be deployed, and is in no commit.
func (r *run) showUncommitted(ctx context.Context, found *survey.Survey) error {
	for _, h := range found.Hubs {
		changed, err := r.surveyor.Uncommitted(ctx, h)
		if err != nil {
			return err
		}
		if len(changed) > 0 {
			r.Console.Info(h.Name, "%s: not committed", ui.Some(changed))
		}
	}
	return nil
}

// askIfAllowed asks the clusters on which the event may deploy, all at the same time, and returns the parts that were answered. If one does not
// answer, the plan is printed all the same, and says what is not known.
func (r *run) askIfAllowed(ctx context.Context, parts []*survey.Survey) (answered []*survey.Survey, err error) {
	unanswered := make([]error, len(parts))
	group, asking := errgroup.WithContext(ctx)
	for i, part := range parts {
		group.Go(func() error {
			_, err := r.on(part).Cluster(asking)
			if err == nil {
				if err = r.surveyor.AskCluster(asking, part); exit.Code(err) == exit.BadInput {
					return err
				}
			}
			unanswered[i] = inCluster(part, err)
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	for i, part := range parts {
		if unanswered[i] != nil {
			r.Console.Problem("", "what is deployed is not known: %v", unanswered[i])
			continue
		}
		answered = append(answered, part)
	}
	return answered, nil
}

// planRows are the rows of all parts, sorted by their hubs. Where there are several clusters, or rounds, the last row of a hub names its own.
func planRows(parts []*survey.Survey) [][]string {
	type planned struct {
		plan.Hub
		cluster string
	}
	var hubs []planned
	for _, part := range parts {
		for _, h := range part.Plan.Hubs {
			hubs = append(hubs, planned{h, part.Cluster})
		}
	}
	slices.SortStableFunc(hubs, func(a, b planned) int { return strings.Compare(a.Name, b.Name) })
	rows := [][]string{{"HUB", "IMAGE", "STEP", "DO", "REASON"}}
	for _, h := range hubs {
		own := hubRows(h.Hub)
		var where []string
		if h.cluster != "" {
			where = append(where, "on "+h.cluster)
		}
		if h.Round.Number > 0 {
			where = append(where, fmt.Sprintf("round %d", h.Round.Number))
		}
		own[len(own)-1][0] = strings.Join(where, ", ")
		rows = append(rows, own...)
	}
	return rows
}

// hubRows are the rows of one hub, that of its deploy last.
func hubRows(h plan.Hub) (rows [][]string) {
	name := h.Name
	for _, image := range h.Images {
		tag := image.Tag
		if image.Key != "" {
			tag = image.Key + ":" + tag
		}
		rows = append(rows,
			[]string{name, tag, "build", image.Build.Word(), image.Build.Reason},
			[]string{"", "", "push", image.Push.Word(), image.Push.Reason},
		)
		name = ""
	}
	if len(h.Images) == 0 {
		rows = append(rows, []string{name, "-", "build", h.Build.Word(), h.Build.Reason}, []string{"", "", "push", h.Push.Word(), h.Push.Reason})
	}
	return append(rows, []string{"", "", "deploy", h.Deploy.Word(), h.Deploy.Reason})
}

// showOrphans names releases whose hubs the repository does not hold. In the sandbox they may be another repository's.
func (r *run) showOrphans(ctx context.Context, found *survey.Survey) error {
	to, err := r.to.Destination(ctx)
	if err != nil || to.Sandbox != nil {
		return err
	}
	names, err := r.surveyor.Names(ctx)
	if err != nil {
		return err
	}
	for _, at := range found.Orphans() {
		switch {
		case slices.Contains(names, at.Hub):
			r.Console.Result("release %s is in the cluster, and was hub %s's, which has another now: remove it with helm, when nobody needs its data any more", at.Named(), at.Hub)
		default:
			pick := ""
			if at.Cluster != "" {
				pick = "CLUSTER=" + at.Cluster + " "
			}
			r.Console.Result("%s is in the cluster, and no longer in the repository: '%smage remove:hub %s' removes it, and keeps its data", at.Hub, pick, at.Hub)
		}
	}
	return nil
}
