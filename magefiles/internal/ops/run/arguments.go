package run

import (
	"slices"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/plan"
)

// targets are the names of Mage's targets, each with the number of its arguments. Mage itself runs one target after the other, and
// reports a wrong name only when it is reached: `mage deploy staginghub` would deploy every hub, and then say that there is no
// target staginghub. What a target of hubs changes, plan.Verbs says.
var targets = withVerbs(map[string]int{
	"build": 0, "push": 0, "deploy": 0, "rollout": 0, "sandbox": 0, "report": 0, // short for all, and for last
	"adopt": 1, "upgrade": 1, "version": 0, "explain": 1, "docs": 0, "test": 0, "dev:release": 1, "dev:lint": 0, "dev:fuzz": 0, "dev:benchpush": 0, "dev:benchdeploy": 0, "dev:benchdiagnosis": 0, "dev:benchplan": 0, "dev:benchfleet": 0, "tools:pin": 0,
	"bench:push": 0, "bench:deploy": 0, "bench:diagnosis": 0, "bench:plan": 0, "bench:fleet": 0,
})

func withVerbs(targets map[string]int) map[string]int {
	for _, verb := range plan.Verbs() {
		targets[verb.Target] = verb.Arguments
	}
	return targets
}

// checkArguments refuses a command line with a word that is no target, before any target runs, and returns the targets that are called.
func checkArguments(args []string) (called []string, err error) {
	for len(args) > 0 && strings.HasPrefix(args[0], "-") { // Mage's own
		if strings.TrimLeft(args[0], "-") == "t" && len(args) > 1 {
			args = args[1:]
		}
		args = args[1:]
	}
	before := ""
	if len(args) > 1 && slices.ContainsFunc(args, isDemonstration) {
		// Mage runs a target once a command, and the demonstration calls those that push and deploy, for a project of its own.
		return nil, exit.Input("sandbox runs no other target beside it, nothing was done").Try("run 'mage sandbox' alone, then the others")
	}
	for len(args) > 0 {
		word := strings.ToLower(args[0])
		count, known := targets[word]
		if !known {
			return nil, unknownTarget(before, args[0])
		}
		called = append(called, word)
		before, args = word, args[min(1+count, len(args)):]
	}
	return called, nil
}

func isDemonstration(word string) bool {
	return strings.EqualFold(word, "sandbox") || strings.EqualFold(word, "sandbox:all")
}

func unknownTarget(before, word string) error {
	verb, _, _ := strings.Cut(before, ":")
	if targets[verb+":hub"] == 1 {
		return exit.Input("%q is no target, nothing was done", word).Try("for one hub it is 'mage %s:hub %s', for each one a command of its own", verb, word)
	}
	return exit.Input("%q is no target, nothing was done", word).Try("see 'mage -l', which lists them")
}
