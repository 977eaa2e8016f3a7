package helm

import (
	"fmt"
	"regexp"
	"strings"

	"hub-ops/magefiles/internal/process"
)

// said returns what helm gives as the reason of a failure, all of it: helm prints that last, after "Error: ", and it can have many lines. That is
// so of values that do not fit a schema, and of a chart that fails with a text of its own.
func said(output string) string {
	lines := strings.Split(process.Uncoloured(output), "\n")
	at := -1
	for i, line := range lines {
		if strings.HasPrefix(line, "Error: ") {
			at = i
		}
	}
	if at < 0 || repeats.MatchString(lines[at]) {
		return strings.TrimPrefix(process.Cause(output), "Error: ")
	}
	lines[at] = strings.TrimPrefix(lines[at], "Error: ")
	return sentence(lines[at:])
}

// repeats matches errors before which the reason stands, and helm's advice after one.
var (
	repeats = regexp.MustCompile(`^Error: no cached repository for helm-manager-`)
	advice  = regexp.MustCompile(`^Use --debug flag `)
)

// linted returns what helm lint calls an error, each whole.
func linted(output string) []string {
	var found []string
	lines := strings.Split(process.Uncoloured(output), "\n")
	for i, line := range lines {
		text, isError := strings.CutPrefix(line, "[ERROR] ")
		if !isError {
			continue
		}
		end := i + 1
		for end < len(lines) && !begins.MatchString(lines[end]) {
			end++
		}
		found = append(found, sentence(append([]string{text}, lines[i+1:end]...)))
	}
	return found
}

// begins matches the lines of helm lint with which something else begins.
var begins = regexp.MustCompile(`^(\[(ERROR|WARNING|INFO)\] |==> |Error: )`)

// sentence puts lines into one. Items of a list, and what announces some, are set apart.
func sentence(lines []string) string {
	const most = 60
	text, more := "", 0
	for i, line := range lines {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || advice.MatchString(line):
			continue
		case i >= most:
			more++
			continue
		case text == "":
		case strings.HasSuffix(text, ":"):
			text += " "
		case strings.HasPrefix(line, "- "), strings.HasPrefix(line, "* "), strings.HasSuffix(line, ":"):
			text += "; "
		default:
			text += " "
		}
		text += line
	}
	if more > 0 {
		text += fmt.Sprintf("; and %d lines more, which stand above", more)
	}
	return text
}
