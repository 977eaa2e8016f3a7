package e2e

import "testing"

// TestNoSecretLeaks plants canaries wherever a secret can be, runs every target, in success and in failure, and looks for
// them in all that was written: output, files, arguments and environments of processes.
func TestNoSecretLeaks(t *testing.T) {
	t.Parallel()
	found := everyTarget(t)
	if !found.pages {
		t.Error("no report of a run with secrets was looked at")
	}
	for _, text := range append(found.codes, found.leaks...) {
		t.Error(text)
	}
}
