package redact

import (
	"cmp"
	"slices"
)

// matcher finds forms of secrets in streams, all in one pass: at each place one look into a filter that is nearly always
// negative, whatever the number of secrets.
type matcher struct {
	byStart map[uint64][]form // by their first bytes; the longest first
	filter  []uint64          // a bit for each hash of those bytes
}

const (
	filterBits = 1 << 22
	filterSize = 22 // in bits of a hash
)

func newMatcher(all map[spelling]form) *matcher {
	m := &matcher{byStart: map[uint64][]form{}, filter: make([]uint64, filterBits/64)}
	for _, f := range all {
		key := start(f.text)
		m.byStart[key] = append(m.byStart[key], f)
		m.filter[hash(key)/64] |= 1 << (hash(key) % 64)
	}
	for _, forms := range m.byStart {
		slices.SortFunc(forms, func(a, b form) int { return cmp.Compare(len(b.text), len(a.text)) })
	}
	return m
}

// start packs the first bytes of text into a number.
func start(text string) (key uint64) {
	for i := range shortestSecret {
		key = push(key, text[i])
	}
	return key
}

// push moves a byte into the last bytes of a text.
func push(key uint64, c byte) uint64 { return key>>8 | uint64(c)<<(8*(shortestSecret-1)) }

// hash spreads a start over the filter: Fibonacci hashing, Knuth volume 3, 6.4.
func hash(key uint64) uint64 { return key * 0x9e3779b97f4a7c15 >> (64 - filterSize) }

// found is what a matcher has found in a text, in all ways to read it.
type found struct {
	hidden []bool // the bytes of the text that belong to a secret
	begun  int    // where a secret begins that the end of the text cuts off; len(hidden) if none does
	loose  int    // where the last bytes begin that may be a secret's beginning
	any    bool
}

// mark notes what of a stream belongs to a secret.
func (m *matcher) mark(s *stream, to *found) {
	if tail := max(0, s.whole-longestLoose); tail < len(s.from) {
		to.loose = min(to.loose, int(s.from[tail]))
	}
	if len(s.text) < shortestSecret {
		return
	}
	done := 0 // up to here everything from an earlier match is marked
	key := uint64(0)
	for _, c := range s.text[:shortestSecret-1] {
		key = push(key, c)
	}
	for i, c := range s.text[shortestSecret-1:] {
		key = push(key, c)
		if h := hash(key); m.filter[h/64]&(1<<(h%64)) == 0 {
			continue
		}
		for _, f := range m.byStart[key] {
			if f.isAt(s, i) {
				done = to.hide(f.reach(s, i), done)
				break
			}
			if f.beginsAt(s, i) {
				to.begun = min(to.begun, int(s.from[i]))
			}
		}
	}
}

// hide marks a range of the text. Up to done that has happened already.
func (f *found) hide(reach [2]int, done int) int {
	f.any = true
	for j := max(reach[0], done); j < reach[1]; j++ {
		f.hidden[j] = true
	}
	return max(done, reach[1])
}

// isAt reports whether the form stands at i.
func (f form) isAt(s *stream, i int) bool {
	return len(s.text)-i >= len(f.text) && string(s.text[i:i+len(f.text)]) == f.text && f.fits(s.gap[i:i+len(f.text)])
}

// beginsAt reports whether the form begins at i and the text ends before it does. A quote at the end says that no more comes.
func (f form) beginsAt(s *stream, i int) bool {
	there := s.whole - i
	if there <= longestLoose || there >= len(f.text) || string(s.text[i:s.whole]) != f.text[:there] || !f.fits(s.gap[i:s.whole]) {
		return false
	}
	after := s.last
	if s.whole < len(s.gap) {
		after = s.gap[s.whole]
	}
	return after&quote == 0 || f.gaps != "" && f.gaps[there] != none
}

// fits reports whether the text has gaps where the secret has some, and nowhere else any that mean something.
func (f form) fits(between []gap) bool {
	for i := 1; i < len(between); i++ {
		if f.gaps != "" && f.gaps[i] != none {
			if between[i] == 0 && f.gaps[i] != breaks {
				return false
			}
		} else if !between[i].isMeaningless() {
			return false
		}
	}
	return true
}

// reach returns the range of the text that the form at i covers.
func (f form) reach(s *stream, i int) [2]int {
	from, to := i, i+len(f.text)
	if f.left && i > 0 && isBase64(s.text[i-1]) && s.gap[i].isMeaningless() {
		from--
	}
	if f.right && to < len(s.text) && isBase64(s.text[to]) && s.gap[to].isMeaningless() {
		to++
	}
	for f.right && to < len(s.text) && s.text[to] == '=' && s.gap[to].isMeaningless() {
		to++
	}
	first, last := int(s.from[from]), s.end(to-1)
	if f.head && s.gap[from]&lineBreak == 0 {
		if first = 0; from > 0 {
			first = s.end(from - 1)
		}
	}
	if f.tail && to < len(s.from) && s.gap[to]&lineBreak == 0 {
		last = int(s.from[to])
	} else if f.tail && to == len(s.from) {
		last = s.size
	}
	return [2]int{first, last}
}

func isBase64(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '+' || c == '/' || c == '-' || c == '_'
}
