package redact

import (
	"cmp"
	"slices"
	"strings"
)

// matcher finds forms of secrets in text, all in one pass: at each place one look into a filter that is nearly always
// negative, whatever the number of secrets.
type matcher struct {
	byStart map[uint64][]form // by their first bytes; the longest first
	filter  []uint64          // a bit for each hash of those bytes
	longest int               // bytes of the longest form
}

const filterBits = 1 << 20

func newMatcher(all map[string]form) *matcher {
	m := &matcher{byStart: map[uint64][]form{}, filter: make([]uint64, filterBits/64)}
	for _, f := range all {
		key := start(f.text)
		m.byStart[key] = append(m.byStart[key], f)
		m.filter[hash(key)/64] |= 1 << (hash(key) % 64)
		m.longest = max(m.longest, len(f.text))
	}
	for _, forms := range m.byStart {
		slices.SortFunc(forms, func(a, b form) int { return cmp.Compare(len(b.text), len(a.text)) })
	}
	return m
}

// start packs the first bytes of text into a number.
func start[T string | []byte](text T) uint64 {
	_ = text[shortestSecret-1]
	return uint64(text[0]) | uint64(text[1])<<8 | uint64(text[2])<<16 | uint64(text[3])<<24 | uint64(text[4])<<32 | uint64(text[5])<<40
}

// hash spreads a start over the filter: Fibonacci hashing, Knuth volume 3, 6.4.
func hash(key uint64) uint64 { return key * 0x9e3779b97f4a7c15 >> 44 }

// mark sets hidden for each byte of text that belongs to a secret.
func (m *matcher) mark(text []byte, hidden []bool) {
	done := 0 // up to here everything from an earlier match is marked
	for i := 0; i+shortestSecret <= len(text); i++ {
		forms := m.at(text, i)
		for _, f := range forms {
			if !hasPrefix(text[i:], f.text) {
				continue
			}
			from, to := f.reach(text, i)
			for j := max(from, done); j < to; j++ {
				hidden[j] = true
			}
			done = max(done, to)
			break
		}
	}
}

// finds reports whether any form is in the text.
func (m *matcher) finds(text string) bool {
	flat, _ := flatten(text, true)
	hidden := make([]bool, len(flat))
	m.mark(flat, hidden)
	return slices.Contains(hidden, true)
}

func (m *matcher) at(text []byte, i int) []form {
	key := start(text[i:])
	if h := hash(key); m.filter[h/64]&(1<<(h%64)) == 0 {
		return nil
	}
	return m.byStart[key]
}

// reach returns the range of text that the form at i covers.
func (f form) reach(text []byte, i int) (from, to int) {
	from, to = i, i+len(f.text)
	if f.left && i > 0 && isBase64(text[i-1]) {
		from--
	}
	if f.right && to < len(text) && isBase64(text[to]) {
		to++
	}
	for f.right && to < len(text) && text[to] == '=' {
		to++
	}
	return from, to
}

// begun returns where a secret begins that the end of the text cuts off, len(text) if none does.
func (m *matcher) begun(text []byte) int {
	for i := max(0, len(text)-m.longest); i+longestLoose < len(text); i++ {
		for _, f := range m.at(text, i) {
			if len(f.text) > len(text)-i && strings.HasPrefix(f.text, string(text[i:])) {
				return i
			}
		}
	}
	return len(text)
}

func hasPrefix(text []byte, prefix string) bool {
	return len(text) >= len(prefix) && string(text[:len(prefix)]) == prefix
}

func isBase64(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '+' || c == '/' || c == '-' || c == '_'
}
