package live

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// Cells is how many columns a text takes.
func Cells(text string) int {
	n := 0
	for _, r := range text {
		n += cells(r)
	}
	return n
}

func cells(r rune) int {
	switch {
	case r < ' ' || r == 0x7f:
		return 0
	case r < 0x300:
		return 1
	case r == 0x200b, r == 0x200d, unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// Cut returns a text in so many columns at the most; where something is left out, more stands at its end.
func Cut(text string, columns int, more string) string {
	if Cells(text) <= columns {
		return text
	}
	room := columns - Cells(more)
	if room < 0 {
		room, more = columns, ""
	}
	at := 0
	for i, r := range text {
		if room -= cells(r); room < 0 {
			break
		}
		at = i + len(string(r))
	}
	return strings.TrimRight(text[:at], " ") + more
}

// fill returns a text in exactly so many columns.
func fill(text string, columns int, more string) string {
	text = Cut(text, columns, more)
	return text + strings.Repeat(" ", max(0, columns-Cells(text)))
}
