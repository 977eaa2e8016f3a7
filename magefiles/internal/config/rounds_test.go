package config

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hub-ops/magefiles/internal/exit"
)

func TestRounds(t *testing.T) {
	for name, test := range map[string]struct{ yaml, env, want string }{
		"none":               {"", "", ""},
		"lists":              {"rounds: {steps: [[lab, a], ['*']]}\n", "", "[lab a] 30m0s, [*] 30m0s"},
		"a soak time":        {"rounds: {soak: 1h, steps: [[lab], ['*']]}\n", "", "[lab] 1h0m0s, [*] 1h0m0s"},
		"one of its own":     {"rounds:\n  steps:\n    - {hubs: [lab], soak: 2h}\n    - ['*']\n", "", "[lab] 2h0m0s, [*] 30m0s"},
		"none at all":        {"rounds:\n  steps:\n    - {hubs: [lab], soak: 0}\n    - ['*']\n", "", "[lab] 0s, [*] 30m0s"},
		"a variable for all": {"rounds: {soak: 1h, steps: [{hubs: [lab], soak: 2h}, ['*']]}\n", "ROUNDS_SOAK=0", "[lab] 0s, [*] 0s"},
	} {
		c, err := load(t, test.yaml, test.env)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var rounds []string
		for _, round := range c.Rounds {
			rounds = append(rounds, fmt.Sprint(round.Hubs, " ", round.Soak))
		}
		if got := strings.Join(rounds, ", "); got != test.want {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
	c, err := load(t, "rounds: {for: [chart, tool], wait: 1m, steps: [[a]]}\n", "ALLOW_EARLY=a b")
	if err != nil || !slices.Equal(c.RoundsFor, []string{"chart", "tool"}) || c.RoundWait != time.Minute || !c.MayBeEarly("b") || c.MayBeEarly("c") {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestRoundsThatCannotBe(t *testing.T) {
	for yaml, want := range map[string]string{
		"rounds: [[lab]]\n":                                               "hubops.yaml:1: rounds: expected keys and values",
		"rounds: {steps: lab}\n":                                          "rounds.steps: expected a list of rounds, each a list of hubs or clusters",
		"rounds: {steps: []}\n":                                           "rounds.steps: expected a list of rounds",
		"rounds:\n  steps:\n    - []\n":                                   "hubops.yaml:3: rounds.steps: a round without hubs",
		"rounds:\n  steps:\n    - lab\n":                                  "hubops.yaml:3: rounds.steps: expected a list",
		"rounds:\n  steps:\n    - {soak: 1h}\n":                           "hubops.yaml:3: rounds.steps: a round without hubs",
		"rounds:\n  steps:\n    - {hubs: [a], soka: 1h}\n":                "hubops.yaml:3: rounds.steps: unknown key \"soka\"; a round has hubs, soak",
		"rounds:\n  steps:\n    - {hubs: ['[']}\n":                        "hubops.yaml:3: rounds.steps: \"[\" is no pattern",
		"rounds:\n  steps:\n    - {hubs: [a], soak: soon}\n":              "hubops.yaml:3: rounds.steps: soak: \"soon\" is not a time like 600s or 10m",
		"rounds:\n  steps:\n    - {hubs: [a], soak: -1h}\n":               "hubops.yaml:3: rounds.steps: soak: it cannot be negative",
		"rounds:\n  steps:\n    - {hubs: [a], soak: [1h]}\n":              "hubops.yaml:3: rounds.steps: soak: expected a single value",
		"rounds: {soak: soon, steps: [[a]]}\n":                            "hubops.yaml:1: rounds.soak: \"soon\" is not a time like 600s or 10m",
		"rounds: {for: [], steps: [[a]]}\n":                               "hubops.yaml:1: rounds.for: no kind of change goes in rounds",
		"rounds: {for: [values], steps: [[a]]}\n":                         "hubops.yaml:1: rounds.for: \"values\": it can be chart, image or tool",
		"rounds: {wait: 1h}\n":                                            "hubops.yaml:1: rounds: without steps nothing goes in rounds",
		"clusters: {a: {context: a, rounds: {steps: [[a]]}}}\n":           "clusters.a.rounds: unknown key",
		"hubs: {a: {rounds: {soak: 1h}}}\nrounds: {steps: [[a]]}\n":       "hubs.a.rounds.soak cannot be set for some hubs only",
		"rounds: {steps: [[a]], setps: [[b]]}\n":                          "unknown key \"rounds.setps\"; the keys are",
		"rounds:\n  steps:\n    - [a]\n    - {hubs: [b], soak: {a: b}}\n": "hubops.yaml:4: rounds.steps: soak: expected a single value",
	} {
		_, err := load(t, yaml)
		if err == nil || !strings.Contains(err.Error(), want) || exit.Code(err) != exit.BadInput {
			t.Errorf("%q: got %v, want %q", yaml, err, want)
		}
	}
}
