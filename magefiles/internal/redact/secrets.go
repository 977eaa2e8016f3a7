package redact

import (
	"maps"
	"strings"
	"sync"
)

// secrets are values that are known to be secret, in all their forms. Its zero value is empty; it may be used from
// several goroutines.
type secrets struct {
	mu    sync.RWMutex
	there map[string]bool   // the values
	known map[spelling]form // of those that a stream leaves enough of
	loose map[spelling]form // of the others: see loose.go
	match *matchers         // of what is known; nil if that has grown
}

// matchers look for all secrets.
type matchers struct{ solid, loose *matcher }

func (s *secrets) add(values ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.there == nil {
		s.there, s.known, s.loose = map[string]bool{}, map[spelling]form{}, map[spelling]form{}
	}
	for _, value := range values {
		s.addOne(value)
		s.addOne(strings.TrimSpace(value))
		for _, number := range numbers(value) {
			s.addOne(number)
		}
		if !strings.Contains(strings.TrimSpace(value), "\n") {
			continue
		}
		for line := range strings.SplitSeq(value, "\n") {
			if line = strings.TrimSpace(line); len(line) > shortestSecret && !strings.HasPrefix(line, "-----") {
				s.addOne(line)
			}
		}
	}
}

func (s *secrets) addOne(value string) {
	if len(value) < shortestSecret || s.there[value] {
		return
	}
	s.there[value] = true
	for _, f := range forms(value) {
		add(s.known, f)
	}
	if len(solid(value).text) < shortestSecret {
		maps.Copy(s.loose, looseForms(value))
	}
	s.match = nil
}

// matchers returns those for what is known now, nil if that is nothing.
func (s *secrets) matchers() *matchers {
	s.mu.RLock()
	m, none := s.match, len(s.there) == 0
	s.mu.RUnlock()
	if m != nil || none {
		return m
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.match == nil {
		s.match = &matchers{solid: newMatcher(s.known)}
		if len(s.loose) > 0 {
			s.match.loose = newMatcher(s.loose)
		}
	}
	return s.match
}

// deepest is how often a text is decoded: JSON inside of JSON is twice.
const deepest = 2

// search looks for secrets in a text, in each way to read it.
func (m *matchers) search(text string) *found {
	f := &found{hidden: make([]bool, len(text)), begun: len(text), loose: len(text)}
	s := solid(text)
	m.solid.mark(&s, f)
	if s.escapes || m.loose != nil {
		m.read(lines(text), deepest, false, f)
	}
	return f
}

// read looks for secrets in what a stream means. What it is itself may be news, too.
func (m *matchers) read(s stream, depth int, news bool, f *found) {
	if news {
		short := s.solid()
		m.solid.mark(&short, f)
	}
	if m.loose != nil {
		m.loose.mark(&s, f)
	}
	if depth == 0 {
		return
	}
	plain := decode(s, reading{})
	if plain.kinds != 0 {
		m.read(plain.out, depth-1, plain.rewrites || plain.out.whole < len(plain.out.text), f)
	} else if plain.out.whole < len(plain.out.text) {
		m.read(plain.out, 0, true, f)
	}
	for _, as := range plain.otherReadings(depth == deepest) {
		m.read(decode(s, as).out, depth-1, true, f)
	}
}
