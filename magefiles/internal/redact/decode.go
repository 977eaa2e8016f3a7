package redact

import (
	"bytes"
	"html"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// reading is one of the ways in which escapes can be read that mean different things to different programs.
type reading struct {
	latin  bool // \xf6 and %F6 are a character, as in JavaScript and PyYAML; otherwise a byte, as in Go, C and a URL
	only   byte // what other escapes begin with stands for itself; 0 for none: in a URL, &amp; may be two names
	joined bool // a backslash at the end of a line belongs to what the next line begins with; otherwise it continues the line
}

// decoder decodes the escapes of a stream, each once.
type decoder struct {
	in, out  stream
	as       reading
	rewrites bool // the result differs in more than quotes and backslashes
	kinds    kind // of escapes that were decoded
	high     bool // there was something that a latin reading reads otherwise
	broken   bool // there was something that a joined reading reads otherwise
}

func decode(in stream, as reading) *decoder {
	d := &decoder{in: in, out: newStream(len(in.text)), as: as}
	d.out.to = make([]int32, 0, len(in.text))
	d.out.size, d.out.whole = in.size, -1
	for i := 0; i < len(in.text); {
		n, meaning := 0, []byte(nil)
		if as.only == 0 || as.only == in.text[i] {
			n, meaning = d.escape(i)
		}
		if n == 0 {
			if d.out.whole < 0 && kinds[in.text[i]] != 0 && isCut(in.text[i:]) {
				d.out.whole = len(d.out.text)
			}
			n, meaning = 1, in.text[i:i+1]
		} else {
			d.kinds |= kinds[in.text[i]]
			d.rewrites = d.rewrites || in.text[i] != '\\' || meaning[0] != in.text[i+1]
		}
		d.emit(i, n, meaning)
		i += n
	}
	if d.out.whole < 0 {
		d.out.whole = len(d.out.text)
	}
	return d
}

// otherReadings returns the further ways to read what was decoded. Of what is decoded already there are fewer, or they would be too many.
func (d *decoder) otherReadings(first bool) (further []reading) {
	if d.high {
		further = append(further, reading{latin: true})
	}
	if !first {
		return further
	}
	if d.broken {
		further = append(further, reading{joined: true})
	}
	if d.kinds&(d.kinds-1) != 0 { // more than one
		for _, c := range []byte{'%', '\\', '&'} {
			if d.kinds&kinds[c] != 0 {
				further = append(further, reading{only: c})
			}
		}
	}
	return further
}

// kind is a set of kinds of escapes. Each begins with another byte.
type kind uint8

var kinds = [256]kind{'%': 1, '\\': 2, '&': 4}

// escape reads what begins at i. It takes n bytes; 0 if it is no escape.
func (d *decoder) escape(i int) (n int, meaning []byte) {
	switch d.in.text[i] {
	case '%':
		return d.percent(i)
	case '\\':
		return d.backslash(i)
	case '&':
		return d.entity(i)
	}
	return 0, nil
}

// emit adds what n bytes of the input mean.
func (d *decoder) emit(i, n int, meaning []byte) {
	before := d.in.gap[i]
	for _, c := range meaning {
		d.out.text, d.out.gap = append(d.out.text, c), append(d.out.gap, before)
		d.out.from, d.out.to = append(d.out.from, d.in.from[i]), append(d.out.to, int32(d.in.end(i+n-1))) // #nosec G115 -- as in stream.go
		before = 0
	}
}

// percent reads what a URL escapes, and JavaScript's escape().
func (d *decoder) percent(i int) (n int, meaning []byte) {
	if value, ok := d.digits(i+1, 2, 16); ok {
		return 3, d.byteOf(value)
	}
	if d.at(i+1) == 'u' {
		return d.unit(i+2, 4)
	}
	return 0, nil
}

// simple are the escapes of one letter: those of C, JSON, bash and YAML.
var simple = map[byte]string{
	'a': "\a", 'b': "\b", 't': "\t", 'n': "\n", 'v': "\v", 'f': "\f", 'r': "\r", 'e': "\x1b", 'E': "\x1b",
	'N': "\u0085", '_': "\u00a0", 'L': "\u2028", 'P': "\u2029",
}

func (d *decoder) backslash(i int) (n int, meaning []byte) {
	if i+1 >= len(d.in.text) {
		return 0, nil
	}
	if d.in.gap[i+1]&lineBreak != 0 {
		d.broken = true
		if !d.as.joined {
			return 0, nil
		}
	}
	switch c := d.in.text[i+1]; c {
	case 'x':
		if value, ok := d.digits(i+2, 2, 16); ok {
			return 4, d.byteOf(value)
		}
	case 'u':
		if n, meaning := d.braces(i); n > 0 {
			return n, meaning
		}
		return d.unit(i+2, 4)
	case 'U':
		return d.unit(i+2, 8)
	case '0', '1', '2', '3':
		if value, ok := d.digits(i+1, 3, 8); ok {
			return 4, d.byteOf(value)
		}
		if c == '0' {
			return 2, []byte{0}
		}
	default:
		if text, ok := simple[c]; ok {
			return 2, []byte(text)
		}
		if c < utf8.RuneSelf {
			return 2, d.in.text[i+1 : i+2]
		}
	}
	return 0, nil
}

// braces reads JavaScript's \u{1F511}.
func (d *decoder) braces(i int) (n int, meaning []byte) {
	rest := d.in.text[i+2 : min(len(d.in.text), i+10)]
	end := bytes.IndexByte(rest, '}')
	if end < 2 || rest[0] != '{' {
		return 0, nil
	}
	value, err := strconv.ParseUint(string(rest[1:end]), 16, 32)
	if err != nil || value > utf8.MaxRune {
		return 0, nil
	}
	return end + 3, utf8.AppendRune(nil, rune(value))
}

// unit reads a character by its number of so many digits, which begin at i; two of a surrogate pair together. The escape began two bytes before.
func (d *decoder) unit(i, width int) (n int, meaning []byte) {
	value, ok := d.digits(i, width, 16)
	if !ok || value > utf8.MaxRune {
		return 0, nil
	}
	r := rune(value)
	if !utf16.IsSurrogate(r) {
		return 2 + width, utf8.AppendRune(nil, r)
	}
	low, ok := d.digits(i+width+2, width, 16)
	if pair := utf16.DecodeRune(r, rune(low&0xffff)); ok && pair != utf8.RuneError && bytes.Equal(d.in.text[i+width:i+width+2], d.in.text[i-2:i]) {
		return 4 + 2*width, utf8.AppendRune(nil, pair)
	}
	if r >= 0xdc80 && r <= 0xdcff { // Python's surrogateescape: a byte that was no UTF-8
		return 2 + width, []byte{byte(r & 0xff)}
	}
	return 0, nil
}

// entity reads what HTML and XML escape.
func (d *decoder) entity(i int) (n int, meaning []byte) {
	const longest = 12
	rest := d.in.text[i:min(len(d.in.text), i+longest)]
	end := bytes.IndexByte(rest, ';')
	if end < 3 {
		return 0, nil
	}
	text := string(rest[:end+1])
	if number, is := strings.CutPrefix(text[:end], "&#"); is { // HTML reads some of these as another character
		base := 10
		if lower(number[0]) == 'x' {
			number, base = number[1:], 16
		}
		value, err := strconv.ParseUint(number, base, 21)
		if err != nil || value > utf8.MaxRune {
			return 0, nil
		}
		return end + 1, utf8.AppendRune(nil, rune(value))
	}
	if read := html.UnescapeString(text); read != text {
		return end + 1, []byte(read)
	}
	return 0, nil
}

// byteOf returns what an escaped byte means.
func (d *decoder) byteOf(value uint64) []byte {
	if value >= utf8.RuneSelf {
		d.high = true
		if d.as.latin {
			return utf8.AppendRune(nil, rune(value&0xff))
		}
	}
	return []byte{byte(value & 0xff)}
}

// digits reads a number of exactly so many digits.
func (d *decoder) digits(i, width, base int) (value uint64, ok bool) {
	if i+width > len(d.in.text) {
		return 0, false
	}
	for _, c := range d.in.text[i : i+width] {
		digit := strings.IndexByte("0123456789abcdef", lower(c))
		if digit < 0 || digit >= base {
			return 0, false
		}
		value = value*uint64(base) + uint64(digit) // #nosec G115 -- both are small
	}
	return value, true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func (d *decoder) at(i int) byte {
	if i >= len(d.in.text) {
		return 0
	}
	return d.in.text[i]
}

// isCut reports whether the rest of a text may be the beginning of an escape.
func isCut(rest []byte) bool {
	const longest = len(`\ud83d\udd1`)
	if len(rest) > longest {
		return false
	}
	return !slices.ContainsFunc(rest[1:], func(c byte) bool {
		return strings.IndexByte(`0123456789abcdefABCDEF{#;uxUX\`, c) < 0 && (rest[0] != '&' || c < 'a' || c > 'z')
	})
}
