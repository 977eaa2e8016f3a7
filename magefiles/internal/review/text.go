package review

import (
	"fmt"
	"os"
	"strings"
)

// How many bytes fit: GitHub takes a comment of 65,536 characters, GitLab one of 1,000,000, and GitHub 1 MiB of all that a step adds to a job's summary.
const (
	longestOnGitHub = 65_000
	longestOnGitLab = 990_000
	// LongestSummary is that of one of the two texts that a run adds to a job's summary.
	LongestSummary = 500_000
)

// Longest is how many bytes a comment may have in a CI system.
func Longest(provider string) int {
	if provider == "gitlab" {
		return longestOnGitLab
	}
	return longestOnGitHub
}

// Part is a piece of Markdown, which can be left out of what is too long.
type Part struct {
	Text  string
	Brief string // in place of Text where that is too long; "" if there is nothing shorter
}

// Fit joins pieces of Markdown. The first is cut at the end of a line where all would be too long; of the others the brief ones are taken, or none. A note at
// the end says what is missing. Each part has room for what is brief of the parts after it, as far as that goes.
func Fit(longest int, first string, parts ...Part) string {
	const note = "\n%d of %d parts are cut or left out: all of them are too long to be shown here, where %d characters fit.\n"
	left := longest - len(note) - len(Marker) - 3*len("1000000")
	var out strings.Builder
	first = ended(first)
	missing := 0
	if len(first) > left {
		first = first[:strings.LastIndexByte(first[:left/2], '\n')+1]
		missing++
	}
	out.WriteString(first)
	later := 0
	for _, part := range parts {
		later += len(part.shortest()) + 1
	}
	for _, part := range parts {
		later -= len(part.shortest()) + 1
		room := left - out.Len() - 1
		switch whole := ended(part.Text); {
		case len(whole) <= room-later, len(part.Brief) == 0 && len(whole) <= room:
			out.WriteString("\n" + whole)
			continue
		case part.Brief != "" && len(ended(part.Brief)) <= room:
			out.WriteString("\n" + ended(part.Brief))
		}
		missing++
	}
	if missing > 0 {
		fmt.Fprintf(&out, note, missing, len(parts)+1, longest)
	}
	return out.String()
}

// shortest is the shorter form of a part, as it is written.
func (p Part) shortest() string {
	if p.Brief != "" {
		return ended(p.Brief)
	}
	return ended(p.Text)
}

// ended ends a text with one line break.
func ended(text string) string { return strings.TrimRight(text, "\n") + "\n" }

// Summarise adds text to the file of a job's summary, which the CI system has made.
func Summarise(file, text string) error {
	to, err := os.OpenFile(file, os.O_WRONLY|os.O_APPEND, 0) // #nosec G304 -- the CI system's
	if err != nil {
		return err
	}
	_, err = to.WriteString(text)
	if closing := to.Close(); err == nil {
		err = closing
	}
	return err
}
