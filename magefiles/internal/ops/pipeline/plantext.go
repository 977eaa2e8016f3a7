package pipeline

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/survey"
	"hub-ops/magefiles/internal/ui"
	"hub-ops/magefiles/internal/ui/live"
)

// show prints the plan for people.
func (p planned) show(r *run.Run) error {
	r.Console.Result("%s, commit %.12s; %s", p.found.Plan.Event, p.found.Head.Hash, imagesAre(p.found, p.repository))
	if rows := planRows(p.parts); r.Console.Fits() {
		r.Console.Columns(planColumns, rows[1:])
	} else {
		r.Console.Table(rows)
	}
	r.Console.Result("%s", planSums(p.parts))
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

// planColumns are those of planRows, on a terminal.
var planColumns = []live.Column{{Head: "HUB"}, {Head: "IMAGE"}, {Head: "STEP", Keep: live.Always}, {Head: "DO", Keep: live.Always}, {Head: "REASON"}}

// planSums says in one line what a plan comes to: how many steps of a kind there are to do, and how many are refused or wait.
func planSums(parts []*survey.Survey) string {
	const build, push, deploy = 0, 1, 2
	sums, hubs := [3]map[string]int{{}, {}, {}}, 0
	for _, part := range parts {
		for _, h := range part.Plan.Hubs {
			hubs++
			sums[deploy][h.Deploy.Word()]++
			for _, image := range h.Images {
				sums[build][image.Build.Word()]++
				sums[push][image.Push.Word()]++
			}
		}
	}
	var verbs []string
	for verb, name := range []string{"build", "push", "deploy"} {
		words := []string{name, strconv.Itoa(sums[verb]["yes"])}
		for _, word := range []string{"refused", "waits"} {
			if n := sums[verb][word]; n > 0 {
				words = append(words, fmt.Sprintf("(%s %d)", word, n))
			}
		}
		verbs = append(verbs, strings.Join(words, " "))
	}
	return ui.Counted(hubs, "hub") + ": " + strings.Join(verbs, ", ")
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
