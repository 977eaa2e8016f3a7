// Package spelling finds names that are nearly a name that is read: a file called q.yml or Q.yaml where q.yaml is read is passed
// over without a word otherwise. Names go in and come out; it does no I/O. Packages config and hub call it.
//
//	spelling.Miss("values.yaml", []string{"Chart.yaml", "Values.yml"}) // "Values.yml"
package spelling

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"hub-ops/magefiles/internal/exit"
)

// Folded returns a name without what people do not see in it: the case of letters, white space, characters that show nothing, the
// difference between _ and -, and between .yml and .yaml.
func Folded(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar:
			return -1
		case r == '_':
			return '-'
		}
		return unicode.ToLower(r)
	}, name)
	if stem, is := strings.CutSuffix(name, ".yml"); is {
		return stem + ".yaml"
	}
	return name
}

// Alike reports whether two names differ, and look the same to people.
func Alike(a, b string) bool { return a != b && Folded(a) == Folded(b) }

// Miss returns the entry of a directory that is nearly the wanted name, "" if there is none: one that looks the same or, where the
// wanted name is missing, one that a single change makes the same. others are further names that are read in the directory; they
// are no misses.
func Miss(wanted string, entries []string, others ...string) string {
	there := slices.Contains(entries, wanted)
	for _, entry := range entries {
		if entry == wanted || slices.Contains(others, entry) {
			continue
		}
		if Alike(entry, wanted) || !there && editDistance(Folded(entry), Folded(wanted)) == 1 {
			return entry
		}
	}
	return ""
}

// Unread returns the error for a file that is passed over, because its name is not quite the one that is read. Both are paths.
func Unread(file, wanted string) error {
	return exit.Input("%s is not read, only %s is", Shown(file), wanted).Try("rename it, or remove it")
}

// Shown returns a path as it is, or quoted if it holds something that a reader would not see.
func Shown(path string) string {
	if strings.ContainsFunc(path, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) || r == unicode.ReplacementChar }) {
		return strconv.Quote(path)
	}
	return path
}
