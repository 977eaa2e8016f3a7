package ui

import (
	"errors"
	"strings"
	"testing"
)

// hostile are texts of somebody else, and what may reach the terminal of each.
var hostile = map[string]string{
	"plain, ünïcödé 🔑, \ttabs":   "plain, ünïcödé 🔑, \ttabs",
	"\x1b]52;c;ZXZpbA==\x07":     `\x1b]52;c;ZXZpbA==\x07`, // writes to the clipboard
	"\x1b[2J\x1b[H":              `\x1b[2J\x1b[H`,          // clears the screen
	"\x1b[31mred\x1b[0m":         `\x1b[31mred\x1b[0m`,
	"ok\rfailed\b\b\v\f\x00\x7f": `ok\x0dfailed\x08\x08\x0b\x0c\x00\x7f`,
	"\u009b2J\u009d0;title":      `\u009b2J\u009d0;title`, // C1 as UTF-8
	"\x9b2J \x90 \xff \xc2":      `\x9b2J \x90 \xff \xc2`, // C1 as a byte
	"user\u202eexe.txt\u2066":    `user\u202eexe.txt\u2066`,
	"\u200e\u200f\u061c\u2028":   `\u200e\u200f\u061c\u2028`,
	"hidden\U000e0041":           `hidden\ue0041`,
	"\ufffd":                     "\ufffd",
}

func TestWhatIsForeignTellsTheTerminalNothing(t *testing.T) {
	for text, want := range hostile {
		if got := Visible(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
		console, out, err := newConsole(false)
		console.Line("hub", text)
		console.Info(text, "%v", errors.New(text))
		console.Problem("", "%s", text)
		console.Command("", text)
		console.Result("%s", text)
		console.Table([][]string{{text, "b"}})
		if all := out.String() + err.String(); strings.ContainsFunc(all, func(r rune) bool { return commands(r) && r != '\ufffd' }) || strings.Count(all, want) < 6 {
			t.Errorf("%q reaches the terminal as %q", text, all)
		}
	}
}

// A cell is one cell, whatever is in it.
func TestACellKeepsItsPlace(t *testing.T) {
	console, out, _ := newConsole(false)
	console.Table([][]string{{"a\tb", "c\nd", "e"}})
	if got, want := out.String(), `a\tb  c\nd  e`+"\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
