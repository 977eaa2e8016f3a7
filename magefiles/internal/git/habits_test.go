package git

import (
	"os"
	"path/filepath"
	"testing"
)

// habits are settings that an operator may have, and that change what git prints. Every test of this package runs with them: what a
// repository holds is no matter of who asks.
const habits = `
[color]
	ui = always
[core]
	quotePath = true
[grep]
	lineNumber = true
	column = true
	fullName = true
	patternType = fixed
[log]
	showSignature = true
	date = relative
	decorate = full
	follow = true
[status]
	short = true
	branch = true
	showStash = true
	relativePaths = true
	showUntrackedFiles = no
	renames = copies
[diff]
	renames = copies
	noprefix = true
	external = false
	relative = true
	mnemonicPrefix = true
[format]
	pretty = oneline
[push]
	default = nothing
[versionsort]
	suffix = -
`

func withHabits(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "gitconfig")
	if err := os.WriteFile(file, []byte(habits), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
