package session

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// cached is what mage calls a program that it compiles and runs: by a digest.
var cached = regexp.MustCompile(`^[0-9a-f]{40,}$`)

// Called returns a text of ours with the name that this program was called by, where the text says mage: 'hubs setup'. Commands in
// texts stand between such quotes.
func Called(text string) string { return calledBy(os.Args[0], text) }

func calledBy(program, text string) string {
	name := filepath.Base(program)
	if cached.MatchString(name) {
		return text
	}
	return strings.ReplaceAll(text, "'mage ", "'"+name+" ")
}
