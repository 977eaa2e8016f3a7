package content

import (
	"strings"
)

// Instruction shortens an instruction for a message: without what builders put around it, and to the length of a line.
func Instruction(createdBy string) string {
	const most = 80
	text := strings.TrimSpace(strings.TrimSuffix(createdBy, "# buildkit"))
	if rest, found := strings.CutPrefix(text, "/bin/sh -c "); found {
		if noRun, plain := strings.CutPrefix(rest, "#(nop) "); plain {
			text = noRun
		} else {
			text = "RUN " + rest
		}
	}
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + " …"
	}
	return text
}
