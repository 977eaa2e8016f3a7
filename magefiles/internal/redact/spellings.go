package redact

import (
	"encoding/base64"
	"encoding/json"
	"html"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// form is one spelling of a secret. A piece of base64 holds bits of the secret in the characters beside it too.
type form struct {
	text        string
	left, right bool // the character before, or after, belongs to it
}

// forms returns the spellings in which a secret turns up: as it is; in base64, alone or inside of something longer;
// escaped for a URL, for JSON, Go, YAML, HTML or a shell. Those that are too short to be told from other text are left out.
func forms(secret string) []form {
	found := map[string]form{}
	add := func(f form) {
		if f.text = withoutBreaks(f.text); len(f.text) >= shortestSecret {
			if known, there := found[f.text]; there {
				f.left, f.right = f.left || known.left, f.right || known.right
			}
			found[f.text] = f
		}
	}
	for _, text := range escaped(secret) {
		add(form{text: text})
	}
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for offset := range 3 {
			add(inBase64(encoding, secret, offset))
		}
	}
	all := make([]form, 0, len(found))
	for _, f := range found {
		all = append(all, f)
	}
	return all
}

func escaped(secret string) []string {
	query, path := url.QueryEscape(secret), url.PathEscape(secret)
	return []string{
		secret, query, path, lowerHex(query), lowerHex(path),
		inJSON(secret, true), inJSON(secret, false), unquoted(strconv.Quote(secret)), unquoted(strconv.QuoteToASCII(secret)),
		strings.ReplaceAll(secret, "'", "''"), strings.ReplaceAll(secret, "'", `'\''`), html.EscapeString(secret),
	}
}

// inBase64 returns the characters of base64 that the secret alone decides when it begins offset bytes into a group of
// three. Those at its ends it shares with its neighbours.
func inBase64(encoding *base64.Encoding, secret string, offset int) form {
	encoded := encoding.EncodeToString(append(make([]byte, offset), secret...))
	bits := 8 * (offset + len(secret))
	first := (8*offset + 5) / 6
	return form{text: encoded[first : bits/6], left: offset > 0, right: bits%6 != 0}
}

func inJSON(secret string, escapeHTML bool) string {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(escapeHTML)
	if err := encoder.Encode(secret); err != nil {
		return secret
	}
	return unquoted(strings.TrimSuffix(text.String(), "\n"))
}

func unquoted(text string) string { return text[1 : len(text)-1] }

var hex = regexp.MustCompile(`%[0-9A-F]{2}`)

func lowerHex(text string) string { return hex.ReplaceAllStringFunc(text, strings.ToLower) }

// withoutBreaks drops line breaks and the indentation after them, so that a wrapped or indented secret is found.
func withoutBreaks(text string) string {
	if !strings.ContainsAny(text, "\r\n") {
		return text
	}
	bytes, _ := flatten(text, false)
	return string(bytes)
}

// flatten is withoutBreaks, with the place in text of each byte that is left. At the beginning of a line, indentation
// is dropped too.
func flatten(text string, lineStart bool) (flat []byte, at []int) {
	flat, at = make([]byte, 0, len(text)), make([]int, 0, len(text))
	for i := range len(text) {
		switch c := text[i]; {
		case c == '\n' || c == '\r':
			lineStart = true
		case lineStart && (c == ' ' || c == '\t'):
		default:
			lineStart = false
			flat, at = append(flat, c), append(at, i)
		}
	}
	return flat, at
}
