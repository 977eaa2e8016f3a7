// Package redact masks secret values in text, in whatever spelling a program prints them: as they are, in base64, or escaped
// for a URL, JSON, YAML, HTML or a shell.
//
// The callers are process, for each line of a child's output, ui, for each line of our own, release, for
// the differences of objects, and ops, for the last error:
//
//	var r redact.Redactor
//	r.Add("correct-horse")
//	r.Mask("token: correct-horse") // token: •••
package redact

import (
	"slices"
	"strings"
)

const (
	// shortestSecret is the shortest value, in bytes, that is masked: masking "true" or "8080" would make output unreadable.
	shortestSecret = 6
	// longestLoose is how many bytes of a secret may stand at the end of a line before the line is taken for the secret's
	// beginning. The rest of it is masked on the next line all the same.
	longestLoose = 7

	mask = "•••"
)

// Redactor masks secret values in text. Its zero value masks nothing; it may be used from several goroutines.
type Redactor struct {
	masked      secrets // all of them
	credentials secrets // those that no command line may hold
}

// Add masks credentials from now on, in every form: see forms. A long line of a credential is masked by itself, too. Package
// process does not start a program that would get a credential in its arguments.
func (r *Redactor) Add(values ...string) {
	r.masked.add(values)
	for _, value := range values {
		if !isWord(value) {
			r.credentials.add([]string{value})
		}
	}
}

// AddValues masks values of which not all are secret, such as everything in a file of secret values. The name of a hub may be
// among them, so arguments may hold them.
func (r *Redactor) AddValues(values ...string) { r.masked.add(values) }

// isWord reports whether a value is one plain word, which cannot be told from the words of a command.
func isWord(value string) bool {
	return strings.Trim(value, "abcdefghijklmnopqrstuvwxyz") == ""
}

// matcher returns the one for what is known now, nil if that is nothing.
func (r *Redactor) matcher() *matcher {
	if r == nil {
		return nil
	}
	return r.masked.matcher()
}

// HoldsCredential reports whether a credential stands in the text, in any form.
func (r *Redactor) HoldsCredential(text string) bool {
	if r == nil {
		return false
	}
	m := r.credentials.matcher()
	return m != nil && m.finds(text)
}

// Mask returns text with every known secret replaced, one that is broken over several lines too.
func (r *Redactor) Mask(text string) string {
	m := r.matcher()
	if m == nil {
		return text
	}
	flat, at := flatten(text, true)
	hidden := make([]bool, len(flat))
	m.mark(flat, hidden)
	return cover(text, at, hidden)
}

// Stream returns a function that masks the lines of one output, one after the other. A secret that is broken over several lines
// is masked on each of them.
func (r *Redactor) Stream() func(line string) string {
	var before []byte // the end of what has been written, in which a secret may have begun
	return func(line string) string {
		m := r.matcher()
		if m == nil {
			return line
		}
		flat, at := flatten(line, true)
		text := slices.Concat(before, flat)
		hidden := make([]bool, len(text))
		m.mark(text, hidden)
		begun := m.begun(text)
		for i := begun; i < len(text); i++ {
			hidden[i] = true
		}
		masked := cover(line, at, hidden[len(before):])
		before = text[max(0, min(begun, len(text)-longestLoose)):]
		return masked
	}
}

// cover replaces each run of hidden bytes; at is the place in text of each.
func cover(text string, at []int, hidden []bool) string {
	var masked strings.Builder
	from := 0
	for i := 0; i < len(at); i++ {
		if !hidden[i] {
			continue
		}
		masked.WriteString(text[from:at[i]])
		masked.WriteString(mask)
		for i+1 < len(at) && hidden[i+1] {
			i++
		}
		from = at[i] + 1
	}
	if from == 0 {
		return text
	}
	masked.WriteString(text[from:])
	return masked.String()
}
