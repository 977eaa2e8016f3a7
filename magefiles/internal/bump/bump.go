// Package bump decides which newer version of a chart or of a base image fits, and makes the edits of the lines that name them. Versions and
// files go in, edits and the message of a commit come out. It is pure: package ops/dependencies asks repositories and registries, and writes.
//
//	newest, found := bump.Chart("4.1.0", published, bump.SameMajor)       // "4.4.0"
//	newest, found := bump.Tag("lab-4.2.5", tags, bump.SameMajor)          // "lab-4.4.1"
//	content, err := bump.Apply(file, content, changes)
package bump

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Within says how far a version may go.
type Within string

// The values of the setting.
const (
	SameMinor Within = "patch" // 4.1.0 becomes 4.1.3
	SameMajor Within = "minor" // or 4.4.0
	Anything  Within = "major" // or 5.0.0
)

// Change is a version that becomes another one, in the files that name it.
type Change struct {
	What     string // for people: "chart jupyterhub", "base quay.io/jupyter/base-notebook"
	From, To string
	Edits    []Edit
	Notes    string // a link to what is new, as the chart itself names it; "" if it names none
	Hubs     []string
	Wave     int // the first in which one of the hubs is
}

// Edit replaces a text in a line.
type Edit struct {
	File     string
	Line     int // from 1
	Column   int // of the first character that may be replaced, from 1; 0: the text stands in the line once
	Old, New string
}

// Waves groups changes by their waves, in their order; within one by files and lines.
func Waves(changes []Change) [][]Change {
	sorted := slices.Clone(changes)
	slices.SortStableFunc(sorted, func(a, b Change) int {
		return cmp.Or(cmp.Compare(a.Wave, b.Wave), cmp.Compare(a.Edits[0].File, b.Edits[0].File), cmp.Compare(a.Edits[0].Line, b.Edits[0].Line))
	})
	var waves [][]Change
	for i, change := range sorted {
		if i == 0 || sorted[i-1].Wave != change.Wave {
			waves = append(waves, nil)
		}
		waves[len(waves)-1] = append(waves[len(waves)-1], change)
	}
	return waves
}

// Files lists the files that changes edit, sorted.
func Files(changes []Change) []string {
	var files []string
	for _, change := range changes {
		for _, edit := range change.Edits {
			files = append(files, edit.File)
		}
	}
	slices.Sort(files)
	return slices.Compact(files)
}

// Message is the message of the commit with these changes: what becomes what, of which hubs, with the links to what is new.
func Message(changes []Change) string {
	var names, lines, links []string
	for _, change := range changes {
		name := change.What[strings.LastIndexAny(change.What, " /")+1:] + " " + short(change.To)
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		line := fmt.Sprintf("%s: %s becomes %s, of %s", change.What, short(change.From), short(change.To), strings.Join(change.Hubs, ", "))
		if !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
		if link := "What is new: " + change.Notes; change.Notes != "" && !slices.Contains(links, link) {
			links = append(links, link)
		}
	}
	const longest = 72
	subject := "bump " + strings.Join(names, ", ")
	if len(subject) > longest {
		subject = fmt.Sprintf("bump %s and %d more", names[0], len(names)-1)
	}
	text := subject + "\n\n" + strings.Join(lines, "\n") + "\n"
	if len(links) > 0 {
		text += "\n" + strings.Join(links, "\n") + "\n"
	}
	return text
}

// short shortens a digest.
func short(version string) string {
	const length = len("@sha256:") + 12
	if at := strings.Index(version, "@"); at >= 0 && len(version) > at+length {
		return version[:at+length]
	}
	return version
}
