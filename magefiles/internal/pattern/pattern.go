// Package pattern says which entry of hubops.yaml is meant for a hub. An entry names hubs by their names or by patterns
// of path.Match, and where several entries fit, the closest one counts: the name itself, then a pattern, then "*".
//
//	groups := [][]string{{"*"}, {"test-*"}, {"test-1", "demo"}}
//	pattern.Best(groups, "test-1") // [2]
//	pattern.Best(groups, "test-2") // [1]
//	pattern.Best(groups, "other")  // [0]
//
// It is pure.
package pattern

import (
	"path"
	"strings"
)

// All is the pattern that fits every name, and less closely than any other.
const All = "*"

// closeness is how closely a pattern fits a name.
type closeness int

const (
	no closeness = iota
	byAll
	byPattern
	byName
)

func fit(pattern, name string) closeness {
	if pattern == name {
		return byName
	}
	if fits, err := path.Match(pattern, name); err != nil || !fits {
		return no
	}
	if pattern == All {
		return byAll
	}
	return byPattern
}

// Fits reports whether the pattern is the name, or matches it. A malformed pattern fits its own text only.
func Fits(pattern, name string) bool { return fit(pattern, name) != no }

// Best returns the indices, in ascending order, of the lists of patterns that fit the name most closely; nil if none
// fits. There are several where lists fit equally closely: which of them counts is for the caller to say.
func Best(lists [][]string, name string) []int {
	return BestOf(lists, name)
}

// BestOf is Best for what has several names, "" for none: where two fit equally closely, and not by "*", the first of them counts.
func BestOf(lists [][]string, names ...string) []int {
	var best []int
	closest := 0
	for i, patterns := range lists {
		own := 0
		for _, pattern := range patterns {
			for place, name := range names {
				own = max(own, rank(fit(pattern, name), len(names), place))
			}
		}
		switch {
		case own == 0 || own < closest:
		case own > closest:
			closest, best = own, []int{i}
		default:
			best = append(best, i)
		}
	}
	return best
}

// rank puts the ways in which a pattern can fit one of several names in an order; 0 is none.
func rank(how closeness, names, place int) int {
	if how == no || how == byAll {
		return int(how)
	}
	return int(how)*names + names - place
}

// IsName reports whether the text can only be a name: it has no character that means something in a pattern.
func IsName(text string) bool { return !strings.ContainsAny(text, `*?[\`) }

// Check returns path.ErrBadPattern for a malformed pattern.
func Check(pattern string) error {
	_, err := path.Match(pattern, "")
	return err
}
