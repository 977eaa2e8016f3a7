// Package redact masks secret values in text, in whatever spelling a program prints them: as they are, in base64 or hexadecimal digits, or
// escaped for a URL, JSON, YAML, HTML or a shell. It does not know how a program escapes; it decodes what it finds in the text.
//
// The callers are process, for each line of a child's output, ui, for each line of our own, release, for
// the differences of objects, and ops/run, for the last error:
//
//	var r redact.Redactor
//	r.Add("correct-horse")
//	r.Mask("token: correct-horse") // token: •••
package redact

import "strings"

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

// Add masks credentials from now on, in every form: see forms. A long line of a credential is masked by itself, too, and so is a
// credential that is a part of it: see parts. Package process does not start a program that would get a credential in its arguments.
func (r *Redactor) Add(values ...string) {
	for _, value := range values {
		for _, credential := range append(parts(value), value) {
			r.masked.add(credential)
			if !isWord(credential) {
				r.credentials.add(credential)
			}
		}
	}
}

// AddParts masks the credentials inside of values that are no secret as a whole, such as the password in the address of a proxy.
func (r *Redactor) AddParts(values ...string) {
	for _, value := range values {
		for _, credential := range parts(value) {
			r.masked.add(credential)
			if !isWord(credential) {
				r.credentials.add(credential)
			}
		}
	}
}

// AddValues masks values of which not all are secret, such as everything in a file of secret values. The name of a hub may be
// among them, so arguments may hold them.
func (r *Redactor) AddValues(values ...string) {
	for _, value := range values {
		r.masked.add(append(parts(value), value)...)
	}
}

// isWord reports whether a value is one plain word, which cannot be told from the words of a command.
func isWord(value string) bool {
	return strings.Trim(value, "abcdefghijklmnopqrstuvwxyz") == ""
}

// matchers returns those for what is known now, nil if that is nothing.
func (r *Redactor) matchers() *matchers {
	if r == nil {
		return nil
	}
	return r.masked.matchers()
}

// HoldsCredential reports whether a credential stands in the text, in any form.
func (r *Redactor) HoldsCredential(text string) bool {
	if r == nil {
		return false
	}
	m := r.credentials.matchers()
	return m != nil && m.search(text).any
}

// Mask returns text with every known secret replaced, one that is broken over several lines too.
func (r *Redactor) Mask(text string) string {
	m := r.matchers()
	if m == nil {
		return text
	}
	return cover(text, m.search(text).hidden)
}

// mostKept is how much of the lines before is kept when nothing of a secret was found there.
const mostKept = 4 << 10 // bytes

// Stream returns a function that masks the lines of one output, one after the other. A secret that is broken over several lines
// is masked on each of them.
func (r *Redactor) Stream() func(line string) string {
	var before string // the end of what has been written, in which a secret may have begun
	return func(line string) string {
		m := r.matchers()
		if m == nil {
			return line
		}
		text := before + line
		f := m.search(text)
		for i := f.begun; i < len(text); i++ {
			f.hidden[i] = true
		}
		masked := cover(line, f.hidden[len(before):])
		if f.begun == len(text) {
			f.loose = max(f.loose, len(text)-mostKept)
		}
		before = text[min(f.begun, f.loose):] + "\n"
		return masked
	}
}

// cover replaces each run of hidden bytes.
func cover(text string, hidden []bool) string {
	var masked strings.Builder
	from := 0
	for i := 0; i < len(text); i++ {
		if !hidden[i] {
			continue
		}
		masked.WriteString(text[from:i])
		masked.WriteString(mask)
		for i+1 < len(text) && hidden[i+1] {
			i++
		}
		from = i + 1
	}
	if from == 0 {
		return text
	}
	masked.WriteString(text[from:])
	return masked.String()
}
