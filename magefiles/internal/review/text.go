package review

import (
	"fmt"
	"os"
	"strings"
)

// Longest is how many bytes a comment may have: GitHub takes 65,536 characters, GitLab more.
const Longest = 60_000

// Fit joins parts of Markdown, of which the first is cut at the end of a line, and others are left out whole, where it would be too long.
func Fit(longest int, parts ...string) string {
	const note = "\n%d parts are too long to be shown here: the log has them.\n"
	left := longest - len(note)
	var out strings.Builder
	omitted := 0
	for i, part := range parts {
		part = strings.TrimRight(part, "\n") + "\n"
		if i == 0 && len(part) > left {
			at := strings.LastIndexByte(part[:left/2], '\n') + 1
			omitted++
			part = part[:at]
		}
		if out.Len()+len(part)+1 > left {
			omitted++
			continue
		}
		if i > 0 {
			out.WriteByte('\n')
		}
		out.WriteString(part)
	}
	if omitted > 0 {
		fmt.Fprintf(&out, note, omitted)
	}
	return out.String()
}

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
