package bump

import (
	"slices"
	"strings"

	"hub-ops/magefiles/internal/exit"
)

// Apply makes those edits of the changes that are in the file of that name. Whatever else stands in it, comments, blanks and line ends, stays. Bad
// input is a line that does not have the text where it should, or has it more than once.
func Apply(file string, content []byte, changes []Change) ([]byte, error) {
	lines := strings.SplitAfter(string(content), "\n")
	var edits []Edit
	for _, change := range changes {
		for _, edit := range change.Edits {
			if edit.File == file && !slices.Contains(edits, edit) {
				edits = append(edits, edit)
			}
		}
	}
	slices.SortFunc(edits, func(a, b Edit) int { return b.Column - a.Column }) // from the right, so that columns stay
	for _, edit := range edits {
		if edit.Line < 1 || edit.Line > len(lines) {
			return nil, edit.misses()
		}
		line := []rune(lines[edit.Line-1])
		from := max(edit.Column-1, 0)
		if from > len(line) {
			return nil, edit.misses()
		}
		head, tail := string(line[:from]), string(line[from:])
		places := tokens(tail, edit.Old)
		switch {
		case len(places) == 0, edit.Column > 0 && places[0] > len(`"`):
			return nil, edit.misses()
		case edit.Column == 0 && len(places) > 1:
			return nil, exit.Input("%s:%d: %q stands there %d times, so it is not clear which is to be edited", file, edit.Line, edit.Old, len(places)).Try("edit it by hand: %s", edit.New)
		}
		lines[edit.Line-1] = head + tail[:places[0]] + edit.New + tail[places[0]+len(edit.Old):]
	}
	return []byte(strings.Join(lines, "")), nil
}

func (e Edit) misses() error {
	return exit.Input("%s:%d: %q does not stand there on one line", e.File, e.Line, e.Old).Try("edit it by hand: %s", e.New)
}

// Count returns how often a text stands in a line as a word of its own.
func Count(line, text string) int { return len(tokens(line, text)) }

// tokens returns the places of a text in a line where it is no part of a longer version or name.
func tokens(line, text string) []int {
	var places []int
	for from := 0; text != ""; {
		at := strings.Index(line[from:], text)
		if at < 0 {
			return places
		}
		start, end := from+at, from+at+len(text)
		if (start == 0 || !belongs(line[start-1])) && (end == len(line) || !belongs(line[end])) {
			places = append(places, start)
		}
		from = start + 1
	}
	return places
}

// belongs reports whether a character beside a version would be a part of it.
func belongs(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || strings.IndexByte(".+-_", c) >= 0
}
