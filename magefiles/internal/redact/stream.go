package redact

import "strings"

// stream is a text without what programs put in and take out of it as they please: white space, quotes and backslashes. For each byte that
// is left it has the place in the text, and what was left out before it.
type stream struct {
	text     []byte
	from, to []int32 // in the original text; without to, each byte is one byte there
	gap      []gap
	last     gap  // what was left out after the last byte
	size     int  // of the original text, up to a line break at its end
	whole    int  // where an escape begins that the end of the text cuts off
	escapes  bool // there may be some
}

// gap says what stands in the text between two bytes of a stream.
type gap uint8

const (
	space gap = 1 << iota
	quote
	backslash
	lineBreak // with the indentation after it
)

// isMeaningless reports whether a gap may stand in the middle of a word: a program breaks a long line, or a shell escapes what follows.
func (g gap) isMeaningless() bool { return g&lineBreak != 0 || g&^backslash == 0 }

// gaps says for each byte what kind of gap it is a part of, 0 for none.
var gaps = [256]gap{' ': space, '\t': space, '\v': space, '\f': space, '\n': lineBreak, '\r': lineBreak, '"': quote, '\'': quote, '\\': backslash}

func newStream(size int) stream {
	return stream{text: make([]byte, 0, size), from: make([]int32, 0, size), gap: make([]gap, 0, size)}
}

// solid returns the stream of a text.
func solid(text string) stream {
	s := newStream(len(text))
	s.size = len(strings.TrimRight(text, "\r\n"))
	before := gap(0)
	for i := range len(text) {
		c := text[i]
		s.escapes = s.escapes || kinds[c] != 0
		if g := gaps[c]; g != 0 {
			before |= g
			continue
		}
		s.text, s.from, s.gap = append(s.text, c), append(s.from, int32(i)), append(s.gap, before) // #nosec G115 -- lines and errors are shorter than 2 GiB
		before = 0
	}
	s.whole, s.last = len(s.text), before
	return s
}

// lines returns a text without line breaks and the indentation after them, and else as it is: an escape can be broken, too.
func lines(text string) stream {
	s := newStream(len(text))
	s.size = len(strings.TrimRight(text, "\r\n"))
	before, atStart := gap(0), true
	for i := range len(text) {
		switch c := text[i]; {
		case c == '\n' || c == '\r':
			before, atStart = lineBreak, true
		case atStart && (c == ' ' || c == '\t'):
		default:
			s.text, s.from, s.gap = append(s.text, c), append(s.from, int32(i)), append(s.gap, before) // #nosec G115 -- as above
			before, atStart = 0, false
		}
	}
	s.whole = len(s.text)
	return s
}

// solid leaves out of a stream what is left out of texts.
func (s stream) solid() stream {
	short := newStream(len(s.text))
	short.size = s.size
	short.whole = -1
	before := gap(0)
	for i, c := range s.text {
		if i >= s.whole && short.whole < 0 {
			short.whole = len(short.text)
		}
		before |= s.gap[i]
		if g := gaps[c]; g != 0 {
			before |= g
			continue
		}
		short.text, short.from, short.gap = append(short.text, c), append(short.from, s.from[i]), append(short.gap, before)
		short.to = append(short.to, int32(s.end(i))) // #nosec G115 -- as above
		before = 0
	}
	if short.last = before; short.whole < 0 {
		short.whole = len(short.text)
	}
	return short
}

// end returns where in the original text a byte ends.
func (s *stream) end(i int) int {
	if s.to == nil {
		return int(s.from[i]) + 1
	}
	return int(s.to[i])
}
