package live

import (
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
	lines = append(lines, Cut(v.symbols.Rule+fmt.Sprintf(" %d done, %d left out, %d failed, in %s", len(s.done), len(s.leftOut), len(s.failed), Clock(now.Sub(v.began))), columns, v.symbols.More))
	for _, group := range grouped(s.done) {
		add("done", group)
	}
	for _, group := range grouped(s.leftOut) {
		add("left out", group)
	}
	for _, group := range grouped(s.failed) {
		whole("failed", group)
	}
	if len(s.order) > 0 {
		var times []string
		for _, stage := range s.order {
			times = append(times, stage+" "+Clock(s.stages[stage]))
		}
		add("longest", strings.Join(times, " "+v.symbols.Dot+" "))
	}
	for _, text := range next {
		whole("next", text)
	}
	return lines
}

// grouped returns a line for all hubs of which the same is said, in the order of the first of each.
func grouped(all []told) []string {
	var order []string
	hubs := map[string][]string{}
	for _, one := range all {
		if hubs[one.text] == nil {
			order = append(order, one.text)
		}
		hubs[one.text] = append(hubs[one.text], one.hub)
	}
	lines := make([]string, len(order))
	for i, text := range order {
		slices.Sort(hubs[text])
		lines[i] = fmt.Sprintf("%s (%d): %s", text, len(hubs[text]), strings.Join(hubs[text], " "))
	}
	return lines
}
