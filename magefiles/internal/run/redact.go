package run

import (
	"slices"
	"strings"
	"sync"
)

const (
	// shortestSecret is the shortest value, in bytes, that is masked: masking "true" or "8080" would make output unreadable.
	shortestSecret = 6
	// longestLoose is how much of a secret, in bytes, may stand at the end of a line before the line is taken for its
	// beginning. The rest of it is masked on the next line all the same.
	longestLoose = 7

	mask = "•••"
)

// Redactor masks secret values in text. Its zero value masks nothing; it may be used from several goroutines.
type Redactor struct {
	mu    sync.RWMutex
	known map[string]form
	match *matcher // of what is known; nil if that has grown
}

// Add makes values secret from now on, in every form: see forms. Each longer line of a value is secret alone, too.
func (r *Redactor) Add(values ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known == nil {
		r.known = map[string]form{}
	}
	for _, value := range values {
		r.add(value)
		if trimmed := strings.TrimSpace(value); trimmed != value {
			r.add(trimmed)
		}
		if !strings.Contains(strings.TrimSpace(value), "\n") {
			continue
		}
		for line := range strings.SplitSeq(value, "\n") {
			if line = strings.TrimSpace(line); len(line) > shortestSecret && !strings.HasPrefix(line, "-----") {
				r.add(line)
			}
		}
	}
}

func (r *Redactor) add(value string) {
	if _, there := r.known[withoutBreaks(value)]; there || len(value) < shortestSecret {
		return
	}
	for _, f := range forms(value) {
		if known, there := r.known[f.text]; there {
			f.left, f.right = f.left || known.left, f.right || known.right
		}
		r.known[f.text] = f
	}
	r.match = nil
}

// matcher returns the one for what is known now, nil if that is nothing.
func (r *Redactor) matcher() *matcher {
	if r == nil {
		return nil
	}
	r.mu.RLock()
	m, none := r.match, len(r.known) == 0
	r.mu.RUnlock()
	if m != nil || none {
		return m
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.match == nil {
		r.match = newMatcher(r.known)
	}
	return r.match
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

// Stream returns what masks the lines of one output, one after the other: a secret that is broken over several of them
// is masked on each.
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
