package dockerfile

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Variables lists the names that an ARG or ENV declares; nil for any other instruction.
func (i Instruction) Variables() []string {
	if i.Name != "ARG" && i.Name != "ENV" {
		return nil
	}
	words := i.words()
	if i.Name == "ENV" && len(words) > 0 && !strings.Contains(words[0], "=") {
		return blanks.Split(i.Args, 2)[:1] // the old form: ENV NAME the rest is the value
	}
	names := make([]string, 0, len(words))
	for _, word := range words {
		name, _, _ := strings.Cut(word, "=")
		names = append(names, name)
	}
	return names
}

// words splits the arguments at blanks, and keeps quotes and escape characters.
func (i Instruction) words() []string {
	var words []string
	var word strings.Builder
	quote := rune(0)
	end := func() {
		if word.Len() > 0 {
			words = append(words, word.String())
			word.Reset()
		}
	}
	for rest := i.Args; rest != ""; {
		c, width := utf8.DecodeRuneInString(rest)
		rest = rest[width:]
		switch {
		case quote == 0 && unicode.IsSpace(c):
			end()
			continue
		case c == rune(i.escape) && quote != '\'':
			if rest == "" {
				continue // it means nothing there
			}
			word.WriteRune(c)
			c, width = utf8.DecodeRuneInString(rest)
			rest = rest[width:]
		case quote == 0 && (c == '\'' || c == '"'):
			quote = c
		case c == quote:
			quote = 0
		}
		word.WriteRune(c)
	}
	end()
	return words
}
