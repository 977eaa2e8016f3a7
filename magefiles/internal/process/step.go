package process

import (
	"regexp"
	"strings"
)

var (
	// stepFailed matches what the classic builder, Podman and BuildKit say of a step that ended with an error: its command, and how.
	stepFailed = regexp.MustCompile(`^(?:The command '.*' |Error: building at STEP .*: while running runtime: |.*failed to solve: process ".*" )(returned a non-zero code: \d+|exit status \d+|did not complete successfully: exit code: \d+)`)
	// stepBegins matches the line that announces a step: of BuildKit the one in the summary at the end.
	stepBegins = regexp.MustCompile(`^(?i:step) \d+/\d+ ?: |^ > \[`)
	// stepTime matches the seconds that BuildKit puts before a line.
	stepTime = regexp.MustCompile(`^\d+\.\d+ `)
	// builders matches lines within a step that are the builder's own.
	builders = regexp.MustCompile(`^ ?---> |^-{6,}$|^The command '|^Error: building at STEP `)
)

// step returns what the last step of a build said.
func step(lines []string) []string {
	begins := -1
	for i, line := range lines {
		if stepBegins.MatchString(line) {
			begins = i
		}
	}
	if begins < 0 {
		return nil
	}
	var said []string
	for _, line := range lines[begins+1:] {
		if strings.HasPrefix(line, "------") { // the end of BuildKit's summary
			break
		}
		if !builders.MatchString(line) {
			said = append(said, stepTime.ReplaceAllString(line, ""))
		}
	}
	return said
}
