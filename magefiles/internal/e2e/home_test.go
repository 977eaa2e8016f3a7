package e2e

import "testing"

// TestHomeUntouched hashes an operator's home before and after each target, in success, in failure and when the run is
// killed: what kubectl, docker, gcloud and helm keep there is as it was, and nothing is new.
func TestHomeUntouched(t *testing.T) {
	t.Parallel()
	for _, text := range everyTarget(t).homes {
		t.Error(text)
	}
}
