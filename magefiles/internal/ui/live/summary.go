package live

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// summary is what a run has come to so far.
type summary struct {
	expected, ended       int
	done, leftOut, failed []told
	order                 []string                 // of the stages
	stages                map[string]time.Duration // the longest time that a hub took
}

// told is a hub with what is said of it.
type told struct{ hub, text string }

func (s *summary) took(stage string, long time.Duration) {
	if _, known := s.stages[stage]; !known {
		s.order = append(s.order, stage)
	}
	s.stages[stage] = max(s.stages[stage], long)
}

// Worked reports whether the run has worked on hubs: only then a summary says something.
func (v *View) Worked() bool {
	return len(v.summary.done)+len(v.summary.leftOut)+len(v.summary.failed) > 0
}

// Failed are the hubs that failed, each once.
func (v *View) Failed() []string {
	hubs := map[string]bool{}
	for _, one := range v.summary.failed {
		hubs[one.hub] = true
	}
	return slices.Sorted(maps.Keys(hubs))
}

// Summary returns what was done, what was left out and why, what failed and why, how long the stages took, and what to do next.
func (v *View) Summary(columns int, next []string, now time.Time) []string {
	columns = max(1, columns-1)
	s, lines := v.summary, []string{}
	add := func(head, text string) {
		lines = append(lines, Cut(v.symbols.Spell(fmt.Sprintf("%-9s %s", head, text)), columns, v.symbols.More))
	}
	whole := func(head, text string) { // what to do is no use in part
		lines = append(lines, v.symbols.Spell(fmt.Sprintf("%-9s %s", head, text)))
	}
	wrapped := func(head, text string) {
		room := columns - len(summaryIndent)
		if room < leastLast {
			room = len(text) // the terminal wraps it better
		}
		for i, line := range wrap(v.symbols.Spell(text), room) {
			if i > 0 {
				head = ""
			}
			lines = append(lines, fmt.Sprintf("%-9s %s", head, line))
		}
	}
	lines = append(lines, Cut(v.symbols.Rule+fmt.Sprintf(" %d done, %d left out, %d failed, in %s", len(s.done), len(s.leftOut), len(s.failed), Clock(now.Sub(v.began))), columns, v.symbols.More))
	for _, group := range grouped(s.done) {
		add("done", group)
	}
	for _, group := range grouped(s.leftOut) {
		add("left out", group)
	}
	for _, group := range groups(s.failed) { // all hubs, and why in no more than a line: it was told in full
		hubs, why := strings.Join(group.hubs, " ")+": ", strings.ReplaceAll(group.text, "\n", "; ")
		if room := columns - len(summaryIndent); Cells(hubs) <= room/2 {
			add("failed", hubs+why)
		} else {
			wrapped("failed", hubs+Cut(v.symbols.Spell(why), room, v.symbols.More))
		}
	}
	if len(s.order) > 0 {
		add("longest", strings.Join(s.longest(), " "+v.symbols.Dot+" "))
	}
	for _, text := range next {
		whole("next", text)
	}
	return lines
}

// summaryIndent is below the heads of a summary.
const summaryIndent = "          "

// longest are the stages with their times, the longest first; those that took less than a second are left out beside others.
func (s *summary) longest() (times []string) {
	order := slices.Clone(s.order)
	slices.SortStableFunc(order, func(a, b string) int { return cmp.Compare(s.stages[b], s.stages[a]) })
	for i, stage := range order {
		if i == 0 || s.stages[stage] >= time.Second {
			times = append(times, stage+" "+Clock(s.stages[stage]))
		}
	}
	return times
}

// grouped returns a line for all hubs of which the same is said, in the order of the first of each.
func grouped(all []told) []string {
	lines := make([]string, 0, len(all))
	for _, one := range groups(all) {
		lines = append(lines, fmt.Sprintf("%s (%d): %s", one.text, len(one.hubs), strings.Join(one.hubs, " ")))
	}
	return lines
}

// group are hubs of which the same is said.
type group struct {
	text string
	hubs []string
}

func groups(all []told) (groups []group) {
	for _, one := range all {
		at := slices.IndexFunc(groups, func(g group) bool { return g.text == one.text })
		if at < 0 {
			at, groups = len(groups), append(groups, group{text: one.text})
		}
		groups[at].hubs = append(groups[at].hubs, one.hub)
	}
	for _, g := range groups {
		slices.Sort(g.hubs)
	}
	return groups
}
