package ops

import (
	"slices"
	"strings"

	"hub-ops/magefiles/internal/exit"
)

// targets are the names of Mage's targets, each with the number of its arguments. Mage itself runs one target after the other, and
// reports a wrong name only when it is reached: `mage deploy staginghub` would deploy every hub, and then say that there is no
// target staginghub.
var targets = map[string]int{
	"ci": 0, "gates": 0, "plan": 0, "status": 0, "lint": 0, "setup": 0, "check": 0,
	"build:hub": 1, "build:all": 0, "build": 0,
	"push:hub": 1, "push:all": 0, "push": 0,
	"deploy:hub": 1, "deploy:all": 0, "deploy": 0,
	"diff:hub": 1, "rollback:hub": 1, "remove:hub": 1,
	"rollout:hub": 1, "rollout:all": 0, "rollout": 0,
	"images:prune": 0,
	"sandbox:all":  0, "sandbox:up": 0, "sandbox:down": 0, "sandbox:status": 0, "sandbox": 0,
	"docs": 0, "test": 0, "dev:lint": 0, "dev:fuzz": 0, "dev:benchpush": 0, "dev:benchdeploy": 0, "dev:benchdiagnosis": 0, "dev:benchplan": 0,
	"bench:push": 0, "bench:deploy": 0, "bench:diagnosis": 0, "bench:plan": 0,
}

// checkArguments refuses a command line with a word that is no target, before any target runs.
func checkArguments(args []string) error {
	for len(args) > 0 && strings.HasPrefix(args[0], "-") { // Mage's own
		if strings.TrimLeft(args[0], "-") == "t" && len(args) > 1 {
			args = args[1:]
		}
		args = args[1:]
	}
	before := ""
	if len(args) > 1 && slices.ContainsFunc(args, isDemonstration) {
		// Mage runs a target once a command, and the demonstration calls those that push and deploy, for a project of its own.
		return exit.Input("sandbox runs no other target beside it, nothing was done").Try("run 'mage sandbox' alone, then the others")
	}
	for len(args) > 0 {
		word := strings.ToLower(args[0])
		count, known := targets[word]
		if !known {
			return unknownTarget(before, args[0])
		}
		before, args = word, args[min(1+count, len(args)):]
	}
	return nil
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
