// Package gotest summarises the output of go test -json: nothing for a package that passes, the output of the failed tests for one
// that fails, and at the end how many tests passed, failed, and were left out. Package dev calls it for mage test.
package gotest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/dev/programs"
)

// Report collects events. It is an io.Writer, for the standard output of go test -json.
type Report struct {
	// Show is called with each line that the reader has to see.
	Show func(line string)

	pending  []byte
	output   map[test][]string // what it wrote; dropped when it passes
	failures map[string][]test // by package: in the order in which they failed
	passed   int
	failed   int
	leftOut  []LeftOut
}

// LeftOut is a test that was not run. Program is what it would need, "" if it does not say so.
type LeftOut struct{ Test, Program string }

// test is a test of a package, or with an empty name what the package has written beside its tests.
type test struct{ pkg, name string }

// event is a line of go test -json: see go doc test2json, and go help buildjson.
type event struct{ Action, Package, Test, Output string }

// Write takes lines of JSON, in pieces of any size. What is no JSON is shown.
func (r *Report) Write(p []byte) (int, error) {
	r.pending = append(r.pending, p...)
	for {
		line, rest, found := bytes.Cut(r.pending, []byte("\n"))
		if !found {
			return len(p), nil
		}
		var e event
		if err := json.Unmarshal(line, &e); err != nil {
			r.Show(string(line))
		} else {
			r.take(e)
		}
		r.pending = append([]byte(nil), rest...)
	}
}

func (r *Report) take(e event) {
	if r.output == nil {
		r.output, r.failures = map[test][]string{}, map[string][]test{}
	}
	at := test{e.Package, e.Test}
	switch e.Action {
	case "build-output":
		r.Show(strings.TrimSuffix(e.Output, "\n"))
	case "output":
		r.output[at] = append(r.output[at], strings.TrimSuffix(e.Output, "\n"))
	case "pass":
		if e.Test != "" {
			r.passed++
		}
		r.forget(at)
	case "skip":
		if e.Test != "" { // a package without tests is skipped, too
			r.leftOut = append(r.leftOut, LeftOut{at.String(), wanted(r.output[at])})
		}
		r.forget(at)
	case "fail":
		r.fail(at)
	}
}

func (r *Report) fail(at test) {
	if at.name != "" {
		r.failed++
		r.failures[at.pkg] = append(r.failures[at.pkg], at)
		return
	}
	shown := slices.Clone(r.failures[at.pkg])
	// A test that had not ended when its process did has no event of its own.
	for _, running := range slices.SortedFunc(maps.Keys(r.output), func(a, b test) int { return strings.Compare(a.name, b.name) }) {
		if running.pkg == at.pkg && running != at && !slices.Contains(shown, running) {
			shown = append(shown, running)
		}
	}
	for _, each := range append(shown, at) {
		for _, line := range r.output[each] {
			if line != "FAIL" && line != "PASS" { // what failed, and how long it took, is in the last line
				r.Show(line)
			}
		}
	}
	r.forget(at)
}

// forget drops what a test, or all of a package, has written.
func (r *Report) forget(at test) {
	delete(r.output, at)
	if at.name == "" {
		maps.DeleteFunc(r.output, func(each test, _ []string) bool { return each.pkg == at.pkg })
		delete(r.failures, at.pkg)
	}
}

func (t test) String() string {
	_, pkg, _ := strings.Cut(t.pkg, "/internal/")
	return pkg + "." + t.name
}

var wants = regexp.MustCompile(regexp.QuoteMeta(programs.LeftOut) + `(\S.*)$`)

// wanted reads from what a test has written which programs it needs.
func wanted(output []string) string {
	for _, line := range output {
		if match := wants.FindStringSubmatch(line); match != nil {
			return match[1]
		}
	}
	return ""
}

// LeftOut returns the tests that were not run.
func (r *Report) LeftOut() []LeftOut { return slices.Clone(r.leftOut) }

// String is the last line: how many tests passed and failed, and which were left out for want of what.
func (r *Report) String() string {
	text := fmt.Sprintf("tests: %d passed, %d failed, %d left out", r.passed, r.failed, len(r.leftOut))
	byProgram := map[string][]string{}
	for _, each := range r.leftOut {
		byProgram[each.Program] = append(byProgram[each.Program], each.Test)
	}
	var reasons []string
	for _, program := range slices.Sorted(maps.Keys(byProgram)) {
		why := "for want of " + program
		if program == "" {
			why = "for a reason of their own"
		}
		reasons = append(reasons, why+" "+strings.Join(byProgram[program], " "))
	}
	if len(reasons) == 0 {
		return text
	}
	return text + ": " + strings.Join(reasons, "; ")
}
