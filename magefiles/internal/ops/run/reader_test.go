package run

import (
	"testing"
)

func TestOnlyWhatChangesNothingEndsWithItsReader(t *testing.T) {
	for title, want := range map[string]bool{
		"plan": false, "status": false, "lint": false, "gates": false, "check": false, "diff": false, "rollout": false,
		"ci": true, "build": true, "push": true, "deploy and rollout": true, "rollback": true, "remove": true, "prune": true, "sandbox": true, "setup": true, "test": true, "": true,
	} {
		if got := changes(title); got != want {
			t.Errorf("%q: changes something: %v", title, got)
		}
		ctx, reader := watchReader(t.Context(), title)
		reader.lost()
		if got := !quits(ctx); got != want {
			t.Errorf("%q: goes on unseen: %v", title, got)
		}
	}
}
