package redact

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"unicode/utf8"
)

// spelling is a form's text, without what a stream leaves out, and where in it that was.
type spelling struct {
	text string
	gaps string // "" if nothing was left out, otherwise for each byte of text what was left out before it: none, some or breaks
}

// What can be left out before a byte.
const (
	none   = iota
	some   // a text has a gap there, too
	breaks // only tabs and line breaks, which a browser's URL has not
)

// form is one spelling of a secret. A piece of base64 holds bits of the secret in the characters beside it too.
type form struct {
	spelling
	left, right bool // the character before, or after, belongs to it
	head, tail  bool // what is left out before, or after, belongs to it
}

// forms returns the spellings in which a secret turns up, once escapes are decoded: as it is, in base64, alone or inside of something longer,
// and in hexadecimal digits. Those that are too short to be told from other text are left out.
func forms(secret string) map[spelling]form {
	all := map[spelling]form{}
	for _, text := range unescaped(secret) {
		add(all, plainForm(text))
	}
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for offset := range 3 {
			add(all, inBase64(encoding, secret, offset))
		}
	}
	digits := hex.EncodeToString([]byte(secret))
	add(all, form{spelling: spelling{text: digits}})
	add(all, form{spelling: spelling{text: strings.ToUpper(digits)}})
	return all
}

// add adds a form, or what it has more than the one of the same spelling.
func add(all map[spelling]form, f form) {
	if len(f.text) < shortestSecret {
		return
	}
	if known, there := all[f.spelling]; there {
		f.left, f.right, f.head, f.tail = f.left || known.left, f.right || known.right, f.head || known.head, f.tail || known.tail
	}
	all[f.spelling] = f
}

// unescaped returns a secret as programs write it before they escape something.
func unescaped(secret string) []string {
	texts := []string{secret}
	if strings.Contains(secret, " ") { // in the query of a URL
		texts = append(texts, strings.ReplaceAll(secret, " ", "+"))
	}
	// What is no text becomes U+FFFD: each byte that is no UTF-8, in JSON, and in XML each control character.
	printable := strings.Map(func(r rune) rune {
		if r < ' ' && gaps[r] == 0 {
			return utf8.RuneError
		}
		return r
	}, secret)
	if printable != secret {
		texts = append(texts, printable, string([]rune(secret)))
	}
	return texts
}

func plainForm(text string) form {
	s := solid(text)
	places, gapless := make([]byte, len(s.gap)), true
	for i := 1; i < len(s.gap); i++ {
		if s.gap[i] != 0 {
			places[i], gapless = some, false
			if strings.Trim(text[s.end(i-1):s.from[i]], "\t\r\n") == "" {
				places[i] = breaks
			}
		}
	}
	if gapless {
		places = nil
	}
	f := form{spelling: spelling{text: string(s.text), gaps: string(places)}}
	if n := len(s.from); n > 0 {
		f.head, f.tail = s.from[0] > 0, s.end(n-1) < len(text)
	}
	return f
}

// inBase64 returns the characters of base64 that the secret alone decides when it begins offset bytes into a group of
// three. Those at its ends it shares with its neighbours.
func inBase64(encoding *base64.Encoding, secret string, offset int) form {
	encoded := encoding.EncodeToString(append(make([]byte, offset), secret...))
	bits := 8 * (offset + len(secret))
	first := (8*offset + 5) / 6
	return form{spelling: spelling{text: encoded[first : bits/6]}, left: offset > 0, right: bits%6 != 0}
}
