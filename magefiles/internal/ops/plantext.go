package ops

import (
	"fmt"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/survey"
	"hub-ops/magefiles/internal/ui"
)

// show prints the plan for people.
func (p planned) show(r *run) error {
	r.Console.Result("%s, commit %.12s; %s", p.found.Plan.Event, p.found.Head.Hash, imagesAre(p.found, p.repository))
	r.Console.Table(planRows(p.parts))
	for _, problem := range p.problems {
		r.Console.Problem("", "%s", problem)
	}
	for _, h := range p.found.Hubs {
		if changed := p.uncommitted[h.Name]; len(changed) > 0 {
			r.Console.Info(h.Name, "%s: not committed", ui.Some(changed))
		}
	}
	for _, orphan := range p.orphans {
		r.Console.Result("%s", orphan)
	}
	return nil
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

// planRows are the rows of all parts, sorted by their hubs. Where there are several clusters, or rounds, the last row of a hub names its own.
func planRows(parts []*survey.Survey) [][]string {
	type placed struct {
		plan.Hub
		cluster string
	}
	var hubs []placed
	for _, part := range parts {
		for _, h := range part.Plan.Hubs {
			hubs = append(hubs, placed{h, part.Cluster})
		}
	}
	slices.SortStableFunc(hubs, func(a, b placed) int { return strings.Compare(a.Name, b.Name) })
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
		)
		if image.Check.Reason != "" {
			rows = append(rows, []string{"", "", "check", image.Check.Word(), image.Check.Reason})
		}
		rows = append(rows, []string{"", "", "push", image.Push.Word(), image.Push.Reason})
		name = ""
	}
	if len(h.Images) == 0 {
		rows = append(rows, []string{name, "-", "build", h.Build.Word(), h.Build.Reason}, []string{"", "", "push", h.Push.Word(), h.Push.Reason})
	}
	return append(rows, []string{"", "", "deploy", h.Deploy.Word(), h.Deploy.Reason})
}
