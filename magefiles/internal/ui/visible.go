package ui

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Visible returns text in which each character that would tell a terminal something is written out, and not sent: a pod, a program or a file
// could else clear the screen, write to the clipboard, or show a line other than it is. Tabs and line breaks stay.
func Visible(text string) string {
	if strings.IndexFunc(text, commands) < 0 { // U+FFFD is one, and stands for each byte that is no UTF-8
		return text
	}
	var out strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case r == utf8.RuneError && size == 1, r < utf8.RuneSelf && commands(r):
			fmt.Fprintf(&out, `\x%02x`, text[0])
		case r != utf8.RuneError && commands(r):
			fmt.Fprintf(&out, `\u%04x`, r)
		default:
			out.WriteString(text[:size])
		}
		text = text[size:]
	}
	return out.String()
}

// commands reports whether a terminal may do something else with a character than show it: ECMA-48's control characters, and Unicode's that
// turn the direction of what follows (UAX 9), end a line, or are not seen at all.
func commands(r rune) bool {
	switch {
	case r == '\t' || r == '\n':
		return false
	case r < ' ', 0x7f <= r && r <= 0x9f:
		return true
	case r == 0x61c, r == 0x200e, r == 0x200f, 0x202a <= r && r <= 0x202e, 0x2066 <= r && r <= 0x2069:
		return true
	case r == 0x2028, r == 0x2029:
		return true
	case 0xe0000 <= r && r <= 0xe007f:
		return true
	}
	return r == utf8.RuneError
}
