package redact

import (
	"strings"
	"sync"
)

// secrets are values that are known to be secret, in all their forms. Its zero value is empty; it may be used from
// several goroutines.
type secrets struct {
	mu    sync.RWMutex
	known map[string]form
	match *matcher // of what is known; nil if that has grown
}

func (s *secrets) add(values []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known == nil {
		s.known = map[string]form{}
	}
	for _, value := range values {
		s.addOne(value)
		if trimmed := strings.TrimSpace(value); trimmed != value {
			s.addOne(trimmed)
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
	if _, there := s.known[withoutBreaks(value)]; there || len(value) < shortestSecret {
		return
	}
	for _, f := range forms(value) {
		if known, there := s.known[f.text]; there {
			f.left, f.right = f.left || known.left, f.right || known.right
		}
		s.known[f.text] = f
	}
	s.match = nil
}

// matcher returns the one for what is known now, nil if that is nothing.
func (s *secrets) matcher() *matcher {
	s.mu.RLock()
	m, none := s.match, len(s.known) == 0
	s.mu.RUnlock()
	if m != nil || none {
		return m
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.match == nil {
		s.match = newMatcher(s.known)
	}
	return s.match
}
