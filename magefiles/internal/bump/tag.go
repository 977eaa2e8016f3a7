package bump

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Tag returns the newest of the tags of an image that is newer than the current one, has its form and is within the bound. Tags have one form if
// they differ in their numbers alone: 3.12-slim and 3.13-slim do, and neither 3.13 nor 3.13.1-slim nor 3.13-rc1-slim is of that form. A date has no
// major version: it becomes any later date. found is false if none is newer, or if the current tag is no version.
func Tag(current string, tags []string, within Within) (newest string, found bool) {
	now, is := read(current)
	if !is {
		return "", false
	}
	best := now
	for _, text := range tags {
		v, is := read(text)
		if !is || v.form != now.form || v.date != now.date || slices.Compare(v.numbers, best.numbers) <= 0 {
			continue
		}
		if now.date || within.lets(now.numbers, v.numbers) {
			best, newest = v, text
		}
	}
	return newest, newest != ""
}

// IsVersion reports whether a tag is a version: it has numbers that can be compared. latest and 5f3a9c1d2 are none.
func IsVersion(tag string) bool {
	_, is := read(tag)
	return is
}

// version is a tag, read.
type version struct {
	form    string // the tag with # in place of each number
	numbers []uint64
	date    bool // it begins with a date or a year
}

var (
	number = regexp.MustCompile(`\d+`)
	// architecture matches names that hold numbers which are no version.
	architecture = regexp.MustCompile(`x86_64|aarch64|amd64|arm64(v8)?|arm32v\d|ppc64le|s390x|i386`)
	// commit matches a part of a tag that is a hash: letters and digits in the midst of each other.
	commit = regexp.MustCompile(`(^|[-_.])(sha-?)?[0-9a-f]{7,64}($|[-_.])`)
	plain  = regexp.MustCompile(`^\d+$`)
	dashed = regexp.MustCompile(`^\D*(\d{4})[-.](\d{2})[-.](\d{2})($|\D)`)
)

// read reads a tag, and reports whether it is a version.
func read(tag string) (v version, is bool) {
	for _, part := range commit.FindAllString(tag, -1) {
		if part = strings.TrimPrefix(strings.Trim(part, "-_."), "sha"); !plain.MatchString(part) || !isDay(part) {
			return v, false
		}
	}
	hidden := architecture.ReplaceAllStringFunc(tag, func(name string) string { return strings.Map(letter, name) })
	v.form = number.ReplaceAllString(hidden, "#")
	for _, digits := range number.FindAllString(hidden, -1) {
		const longest = 14 // of a date with its time
		n, err := strconv.ParseUint(digits, 10, 64)
		if err != nil || len(digits) > longest || len(digits) > 6 && !isDay(digits) {
			return v, false
		}
		v.numbers = append(v.numbers, n)
	}
	if len(v.numbers) == 0 {
		return v, false
	}
	first := number.FindString(hidden)
	v.date = isDay(first) || isYear(first)
	if found := dashed.FindStringSubmatch(hidden); found != nil && !isDay(found[1]+found[2]+found[3]) {
		return v, false // it looks like a date, and is none
	}
	return v, true
}

// letter takes the place of a digit in the name of an architecture, so that names stay different.
func letter(r rune) rune {
	if '0' <= r && r <= '9' {
		return 'A' + r - '0'
	}
	return r
}

// isDay reports whether digits begin with a day: 20240115.
func isDay(digits string) bool {
	const length = len("20060102")
	if len(digits) < length || !isYear(digits[:4]) {
		return false
	}
	_, err := time.Parse("20060102", digits[:length])
	return err == nil
}

// isYear reports whether a number is a year in which there are containers.
func isYear(digits string) bool {
	return len(digits) == 4 && "2000" <= digits && digits <= "2099"
}
