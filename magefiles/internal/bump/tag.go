package bump

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Tag returns the newest of the tags of an image that is newer than the current one, has its form and is within the bound. Tags have one form if
// they differ in their numbers alone: 3.12-slim and 3.13-slim do, and neither 3.13 nor 3.13.1-slim nor 3.13-rc1-slim is of that form.
//
// Numbers with dots between them belong together: 3.12-alpine3.19 is a version and one that it is built on, and python-3.11-2024.05 is a version and a
// date. None of them goes back, and the bound goes for each version by itself. A date has no major version: it becomes any later date. What counts builds, as in
// rc1, r5 or 1.2-3, becomes any later number, and begins anew with a newer version. found is false if none is newer, or if the current tag is no version.
func Tag(current string, tags []string, within Within) (newest string, found bool) {
	now, is := read(current)
	if !is {
		return "", false
	}
	best := now
	for _, text := range tags {
		if v, is := read(text); is && v.form == now.form && v.follows(now, within) && slices.Compare(v.numbers(), best.numbers()) > 0 {
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
	form string // the tag with # in place of each number
	runs []run
}

// run is numbers with dots between them, or a date.
type run struct {
	numbers []uint64
	free    bool // any later one fits: a date, or what counts
	counts  bool // it counts builds, anew for each version
}

func (v version) numbers() (all []uint64) {
	for _, one := range v.runs {
		all = append(all, one.numbers...)
	}
	return all
}

// follows reports whether a version of the same form may come after another one: nothing in it goes back, or further than it may.
func (v version) follows(now version, within Within) bool {
	newer := 0 // how what was compared so far compares
	for i, one := range v.runs {
		before := now.runs[i]
		order := slices.Compare(one.numbers, before.numbers)
		if one.free != before.free || order < 0 && (!one.counts || newer <= 0) || !one.free && !within.lets(before.numbers, one.numbers) {
			return false
		}
		newer = cmp.Or(newer, order)
	}
	return true
}

var (
	number = regexp.MustCompile(`\d+`)
	// architecture matches names that hold numbers which are no version.
	architecture = regexp.MustCompile(`x86_64|aarch64|amd64|arm64(v8)?|arm32v\d|ppc64le|s390x|i386`)
	// commit matches a part of a tag that is a hash: letters and digits in the midst of each other.
	commit = regexp.MustCompile(`(^|[-_.])((sha-?)?[0-9a-f]{7,64}|[gh][0-9a-f]{6,64})($|[-_.])`)
	plain  = regexp.MustCompile(`^\d+$`)
	// together matches what belongs together: a date, or numbers with dots between them.
	together = regexp.MustCompile(`\b2\d{3}-\d{2}-\d{2}\b|\d+(?:\.\d+)*`)
	// counting matches what stands before a number that counts builds or pre-releases.
	counting = regexp.MustCompile(`(?:^|[-_.+\d])(?:a|alpha|b|beta|build|dev|p|post|pre|r|rc|rev)[-.]?$|\d[-_+]$`)
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
	for _, place := range together.FindAllStringIndex(hidden, -1) {
		one, is := readRun(hidden[place[0]:place[1]])
		if !is {
			return v, false
		}
		one.counts = !one.free && len(one.numbers) == 1 && counting.MatchString(hidden[:place[0]])
		one.free = one.free || one.counts
		v.runs = append(v.runs, one)
	}
	return v, len(v.runs) > 0
}

// readRun reads numbers that belong together, and reports whether they can be compared. What looks like a date, and is none, cannot.
func readRun(text string) (one run, is bool) {
	digits := number.FindAllString(text, -1)
	for _, text := range digits {
		const longest = 14 // of a date with its time
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil || len(text) > longest || len(text) > 6 && !isDay(text) {
			return one, false
		}
		one.numbers = append(one.numbers, n)
	}
	one.free = isDay(digits[0]) || isYear(digits[0])
	if len(digits) == 3 && len(digits[0]) == 4 && len(digits[1]) == 2 && len(digits[2]) == 2 {
		return one, isDay(strings.Join(digits, ""))
	}
	return one, true
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
