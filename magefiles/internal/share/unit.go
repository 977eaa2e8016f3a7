package share

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// unit is hubs of one stage that one job must have, because they have images in common, be it by a third one.
type unit struct {
	hubs  []Hub // sorted by name
	stage int
	takes time.Duration
}

// byStage joins hubs to units, and sorts these by their stages, and those of each by how long they take, the longest first.
func byStage(hubs []Hub) [][]unit {
	sorted := slices.SortedFunc(slices.Values(unitsOf(hubs)), func(a, b unit) int {
		return cmp.Or(cmp.Compare(a.stage, b.stage), cmp.Compare(b.takes, a.takes), strings.Compare(a.hubs[0].Name, b.hubs[0].Name))
	})
	var stages [][]unit
	for i, one := range sorted {
		if i == 0 || one.stage != sorted[i-1].stage {
			stages = append(stages, nil)
		}
		stages[len(stages)-1] = append(stages[len(stages)-1], one)
	}
	return stages
}

// unitsOf joins hubs to units, sorted by the names of their first hubs.
func unitsOf(hubs []Hub) []unit {
	type key struct {
		stage int
		image string
	}
	sorted := slices.SortedFunc(slices.Values(hubs), func(a, b Hub) int { return strings.Compare(a.Name, b.Name) })
	joined := make([]int, len(sorted)) // to an earlier hub of the unit, or the hub itself if it is the first
	first := func(i int) int {
		for joined[i] != i {
			i = joined[i]
		}
		return i
	}
	having := map[key]int{}
	for i, hub := range sorted {
		joined[i] = i
		for _, image := range hub.Images {
			at := key{hub.Stage, image}
			if other, known := having[at]; known {
				one, two := first(other), first(i)
				joined[max(one, two)] = min(one, two)
			}
			having[at] = i
		}
	}
	var units []unit
	place := map[int]int{} // of a unit, by its first hub
	for i, hub := range sorted {
		at, known := place[first(i)]
		if !known {
			at = len(units)
			place[first(i)] = at
			units = append(units, unit{stage: hub.Stage})
		}
		units[at].hubs = append(units[at].hubs, hub)
		units[at].takes += hub.Takes
	}
	return units
}
