// Package fleet makes the page of the fleet over time, from what the clusters keep of each deploy: how many there were, how long they took, what
// failed, how large the images are. It is pure: deploys go in, the page comes out, with plots as SVG and a table below each.
package fleet

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"hub-ops/magefiles/internal/document"
	"hub-ops/magefiles/internal/report"
	"hub-ops/magefiles/internal/ui/live"
)

// Fleet is what is known of all hubs.
type Fleet struct {
	Made       time.Time
	Repository string // owner/name; "" if there is no origin
	Clusters   []string
	Problems   []string // what is not known, a sentence each
	Deploys    []Deploy
}

// Deploy is one revision of a hub's release.
type Deploy struct {
	Hub, Cluster string // Cluster is "" for the only one
	Revision     int
	At           time.Time
	Took         time.Duration // 0: not known
	Failed       bool
	Status       string // helm's
	By, Commit   string
	Size         int64 // of its images, compressed; 0: not known
}

// Page is what is shown: texts and numbers alone.
type Page struct {
	Title, Kicker string
	Under         []string
	Cards         []report.Card
	Problems      []string
	Hubs          []hub
	Days          plot
	DayRows       []day
	Times, Sizes  plot
}

// hub is one with its deploys, the oldest first.
type hub struct {
	Name, Class                      string
	Deploys, Failed                  int
	Last, By, Usual, Longest         string
	FirstSize, LastSize, Grown, Span string
	Dots, Crosses                    string // of the small plot of its deploys
	deploys                          []Deploy
}

type day struct {
	Name            string
	Deploys, Failed int
}

// HTML makes the page. shown masks secrets, and writes out characters that would do something else than be seen.
func HTML(fleet Fleet, shown func(string) string) string {
	return Of(document.Cleaned(fleet, shown)).html()
}

// rules show one hub alone, when it is chosen: no script is needed for that.
func rules(hubs []hub) string {
	out := new(strings.Builder)
	out.WriteString("body:has(#hub option:checked:not([value=all])) .all { display: none; }" + "\n")
	for _, h := range hubs {
		fmt.Fprintf(out, "body:has(option[value=%s]:checked) .k:not(.%s) { display: none; }\n", h.Class, h.Class)
	}
	return out.String()
}

// Of shapes the page of a fleet.
func Of(fleet Fleet) Page {
	hubs := hubsOf(fleet.Deploys)
	page := Page{
		Title: "The fleet over time", Kicker: cmp.Or(fleet.Repository, "hub-ops"), Problems: fleet.Problems, Hubs: hubs,
		Under: append([]string{fleet.Made.UTC().Format("2006-01-02 15:04 UTC")}, fleet.Clusters...), Cards: cards(hubs, fleet.Deploys),
	}
	if len(fleet.Deploys) == 0 {
		return page
	}
	on := span(fleet.Deploys, fleet.Made)
	page.DayRows, page.Days = days(fleet.Deploys, on)
	page.Times, page.Sizes = times(hubs, on), sizes(hubs, on)
	for i := range page.Hubs {
		page.Hubs[i].Dots, page.Hubs[i].Crosses = spark(page.Hubs[i].deploys, on)
	}
	return page
}

func hubsOf(deploys []Deploy) []hub {
	by := map[string][]Deploy{}
	for _, d := range deploys {
		by[nameOf(d)] = append(by[nameOf(d)], d)
	}
	hubs := make([]hub, 0, len(by))
	for name, all := range by {
		slices.SortFunc(all, func(a, b Deploy) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Revision, b.Revision)) })
		last := all[len(all)-1]
		h := hub{Name: name, Deploys: len(all), Last: last.At.UTC().Format("2006-01-02 15:04"), By: last.By, deploys: all}
		h.figures()
		hubs = append(hubs, h)
	}
	slices.SortFunc(hubs, func(a, b hub) int { return cmp.Compare(a.Name, b.Name) })
	for i := range hubs {
		hubs[i].Class = fmt.Sprintf("h%d", i)
	}
	return hubs
}

func nameOf(d Deploy) string {
	if d.Cluster == "" {
		return d.Hub
	}
	return d.Hub + " on " + d.Cluster
}

// figures fills in what is computed of a hub's deploys.
func (h *hub) figures() {
	var took []time.Duration
	var first, last int64
	for _, d := range h.deploys {
		if d.Failed {
			h.Failed++
		}
		if d.Took > 0 && !d.Failed { // else it says how long a run was patient
			took = append(took, d.Took)
		}
		if d.Size > 0 {
			first, last = cmp.Or(first, d.Size), d.Size
		}
	}
	if len(took) > 0 {
		h.Usual, h.Longest = live.Clock(median(took)), live.Clock(slices.Max(took))
	}
	if last > 0 {
		h.FirstSize, h.LastSize = live.Bytes(first), live.Bytes(last)
		h.Grown = fmt.Sprintf("%+.0f %%", 100*float64(last-first)/float64(first))
	}
}

func median(all []time.Duration) time.Duration {
	all = slices.Sorted(slices.Values(all))
	return all[len(all)/2]
}

func cards(hubs []hub, deploys []Deploy) []report.Card {
	failed, took := 0, []time.Duration{}
	for _, d := range deploys {
		if d.Failed {
			failed++
		}
		if d.Took > 0 && !d.Failed {
			took = append(took, d.Took)
		}
	}
	all := []report.Card{{Number: strconv.Itoa(len(hubs)), Says: "hubs"}, {Number: strconv.Itoa(len(deploys)), Says: "deploys"}, {Number: strconv.Itoa(failed), Says: "failed"}}
	if failed > 0 {
		all[2].State = "is-bad"
	}
	if len(took) > 0 {
		all = append(all, report.Card{Number: live.Clock(median(took)), Says: "usual time"}, report.Card{Number: live.Clock(slices.Max(took)), Says: "longest"})
	}
	return all
}
