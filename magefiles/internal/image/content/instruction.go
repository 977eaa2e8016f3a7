package content

import (
	"strings"
)

// Instruction cuts what builders put around an instruction, and what is too long for a line.
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
