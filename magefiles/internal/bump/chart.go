package bump

import (
	"strings"

	"github.com/Masterminds/semver/v3"
)

// Chart returns the newest of the published versions of a chart that is newer than the current one and within the bound. A pre-release fits only
// where the current one is a pre-release. found is false if none is newer, or if the current one is no version.
func Chart(current string, published []string, within Within) (newest string, found bool) {
	now, err := semver.StrictNewVersion(strings.TrimPrefix(current, "v"))
	if err != nil {
		return "", false
	}
	best := now
	for _, text := range published {
		v, err := semver.StrictNewVersion(strings.TrimPrefix(text, "v"))
		if err != nil || !v.GreaterThan(best) || v.Prerelease() != "" && now.Prerelease() == "" || !within.lets(numbers(now), numbers(v)) {
			continue
		}
		best, newest = v, text
	}
	return newest, newest != ""
}

// Locked is Chart for a version that a lock file has chosen of a range: the newest that the range takes.
func Locked(wanted, current string, published []string, within Within) (newest string, found bool) {
	constraint, err := semver.NewConstraint(wanted)
	if err != nil {
		return "", false
	}
	var fitting []string
	for _, text := range published {
		if v, err := semver.NewVersion(text); err == nil && constraint.Check(v) {
			fitting = append(fitting, text)
		}
	}
	return Chart(current, fitting, within)
}

func numbers(v *semver.Version) []uint64 { return []uint64{v.Major(), v.Minor(), v.Patch()} }

// lets reports whether a version may become another one. Before 1.0 a new minor version may break what the one before promised, as a new major
// version may later: semver.org.
func (w Within) lets(now, next []uint64) bool {
	same := map[Within]int{SameMajor: 1, SameMinor: 2, Anything: 0}[w]
	if w == SameMajor && len(now) > 1 && now[0] == 0 {
		same = 2
	}
	for i := range min(same, len(now), len(next)) {
		if now[i] != next[i] {
			return false
		}
	}
	return true
}
