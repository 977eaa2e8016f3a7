package content

import (
	"bufio"
	"bytes"
	"strings"
)

// Base is the image that another one is built on.
type Base struct {
	Name   string // as the Dockerfile has it
	Digest string // in its registry when the image was built; "" if that did not say
}

// BaseOf returns what the last stage of a Dockerfile is built on: "" for scratch, for a file without a FROM, and for a
// name that only the build knows, by an ARG. Format: docs.docker.com/reference/dockerfile.
func BaseOf(dockerfile []byte) string {
	base, stages := "", map[string]string{}
	lines := bufio.NewScanner(bytes.NewReader(dockerfile))
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) < 2 || !strings.EqualFold(words[0], "FROM") {
			continue
		}
		words = words[1:]
		for len(words) > 1 && strings.HasPrefix(words[0], "--") { // --platform=…
			words = words[1:]
		}
		base = words[0]
		if earlier, isStage := stages[strings.ToLower(base)]; isStage {
			base = earlier
		}
		if len(words) == 3 && strings.EqualFold(words[1], "AS") {
			stages[strings.ToLower(words[2])] = base
		}
	}
	if base == "scratch" || strings.ContainsRune(base, '$') {
		return ""
	}
	return base
}
