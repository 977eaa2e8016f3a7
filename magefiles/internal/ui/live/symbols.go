package live

import (
	"regexp"
	"strings"
)

// Symbols are the characters that a terminal can show beside ASCII.
type Symbols struct {
	Good, Bad, More, Dot, Rule string
	full, empty                string // of a bar
	ascii                      bool
}

// SymbolsOf returns those of a locale: where its characters are not UTF-8, they are ASCII.
func SymbolsOf(utf8 bool) Symbols {
	if utf8 {
		return Symbols{Good: "✓", Bad: "✗", More: "…", Dot: "·", Rule: "──", full: "█", empty: "░"}
	}
	return Symbols{Good: "ok", Bad: "!!", More: "...", Dot: "-", Rule: "--", full: "#", empty: ".", ascii: true}
}

// inASCII spells what our own messages have beyond ASCII.
var inASCII = strings.NewReplacer("…", "...", "──", "--", "─", "-", "→", "->", "·", "-", "✓", "ok", "✗", "!!", "✔", "ok", "×", "x")

// Spell returns a text as the terminal can show it.
func (s Symbols) Spell(text string) string {
	if !s.ascii {
		return text
	}
	return strings.Map(func(r rune) rune {
		if r > '~' {
			return '?'
		}
		return r
	}, inASCII.Replace(text))
}

// digest matches a digest, which tells a person nothing: the log has it.
var digest = regexp.MustCompile(`@sha256:[0-9a-f]{12,64}|; signed sha256:[0-9a-f]{12,64}`)

func plainDigests(text string) string { return digest.ReplaceAllString(text, "") }
