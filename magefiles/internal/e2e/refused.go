package e2e

import (
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"hub-ops/magefiles/internal/plan"
)

// further are the arguments of targets beside the hub.
var further = map[string][]string{"scale:hub": {"3", "2h"}}

// refused REASON HUB runs every target that changes a registry or a cluster: for the hub it must be refused with the reason, for all hubs
// it must leave this one out. Then neither has anything of it.
func refused(ts *testscript.TestScript, _ bool, args []string) {
	reason, hub := args[0], args[1]
	ts.Setenv("APPLY", "1")
	defer ts.Setenv("APPLY", "")
	for _, verb := range plan.Verbs() {
		command, code := []string{"mage", verb.Target}, "0"
		if verb.Arguments > 0 {
			command = append(command, append([]string{hub}, further[verb.Target]...)...)
		}
		if verb.Arguments > 0 || verb.Target == "images:prune" {
			code = "2"
		}
		if !verb.Changes.Shared() {
			continue
		}
		exits(ts, false, append([]string{code}, command...))
		if said := ts.ReadFile("stderr"); code == "2" && !strings.Contains(said, "of hub "+hub+" refused: "+reason) {
			ts.Fatalf("%s is not refused for the reason %q: %s", strings.Join(command, " "), reason, said)
		}
	}
	untouched(ts, false, []string{hub})
}
