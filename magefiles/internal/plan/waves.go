package plan

import (
	"slices"

	"hub-ops/magefiles/internal/pattern"
)

// Waves sorts hubs into the groups that are deployed one after the other. A hub belongs to the group that names it, or
// else to the first with a pattern that fits; hubs of no group make up the last one. Groups without a hub are left out.
func Waves(groups [][]string, hubs []string) [][]string {
	sorted := make([][]string, len(groups)+1)
	for _, hub := range hubs {
		at := WaveOf(groups, hub)
		sorted[at] = append(sorted[at], hub)
	}
	return slices.DeleteFunc(sorted, func(wave []string) bool { return len(wave) == 0 })
}

// WaveOf is the place of the group that a hub belongs to, among all groups.
func WaveOf(groups [][]string, hub string) int {
	if fitting := pattern.Best(groups, hub); len(fitting) > 0 {
		return fitting[0]
	}
	return len(groups)
}
