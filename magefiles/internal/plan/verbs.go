package plan

import (
	"slices"
	"strings"
)

// Effect is what a target changes.
type Effect string

// The effects of targets. Whatever changes a registry or a cluster, the gate decides about.
const (
	Nothing    Effect = "nothing"
	Machine    Effect = "this machine"
	Registry   Effect = "the registry"
	Cluster    Effect = "the cluster"
	Everything Effect = "the registry and the cluster"
)

// Shared reports whether it is an effect that others see: on a registry or a cluster.
func (e Effect) Shared() bool { return !slices.Contains([]Effect{Nothing, Machine}, e) }

// Verb is a target that an operator can call.
type Verb struct {
	Target    string
	Arguments int
	Changes   Effect
	step      func(Case, Hub) Step // what an event decides about it
}

// May returns whether a case's event lets the verb do its work.
func (v Verb) May(c Case) (Step, error) {
	made, err := Make(c.Facts())
	if err != nil {
		return Step{}, err
	}
	return v.step(c, made.Hubs[0]), nil
}

// Verbs are all targets of hubs. Those that work on the project itself are in package ops/run.
func Verbs() []Verb {
	always := func(Case, Hub) Step { return Step{Do: true} }
	gate := func(_ Case, h Hub) Step { return h.Gate }
	built := func(_ Case, h Hub) Step { return h.Build }
	pushed := func(_ Case, h Hub) Step { return h.Push }
	deployed := func(_ Case, h Hub) Step { return h.Deploy }
	reads := func(c Case, _ Hub) Step {
		return Step{Do: c.Deploys(), Refused: !c.Deploys(), Reason: "no access to the cluster"}
	}
	leftOut := func(c Case, _ Hub) Step { return Step{Do: c.Deploys(), Reason: "left out"} }
	return []Verb{
		{"plan", 0, Nothing, always},
		{"lint", 0, Nothing, always},
		{"gates", 0, Nothing, always},
		{"open:hub", 1, Nothing, always},
		{"check", 0, Nothing, always},
		{"report:last", 0, Nothing, always},
		{"status", 0, Nothing, reads},
		{"report:fleet", 0, Nothing, reads},
		{"diff:hub", 1, Nothing, reads},
		{"logs:hub", 1, Nothing, reads},
		{"rollout:hub", 1, Nothing, reads},
		{"rollout:all", 0, Nothing, reads},
		{"setup", 0, Machine, leftOut},
		{"build:hub", 1, Machine, built},
		{"build:all", 0, Machine, built},
		{"charts:pin", 0, Machine, always},
		{"bump:chart", 0, Machine, always},
		{"bump:base", 0, Machine, always},
		{"new:hub", 1, Machine, always},
		{"shell:hub", 1, Machine, always},
		{"sandbox:all", 0, Machine, always},
		{"sandbox:up", 0, Machine, always},
		{"sandbox:down", 0, Machine, always},
		{"sandbox:clean", 0, Machine, always},
		{"sandbox:image", 0, Machine, always},
		{"sandbox:load", 1, Machine, always},
		{"sandbox:status", 0, Nothing, always},
		{"push:hub", 1, Registry, pushed},
		{"push:all", 0, Registry, pushed},
		{"images:prune", 0, Registry, gate},
		{"deploy:hub", 1, Cluster, deployed},
		{"deploy:all", 0, Cluster, deployed},
		{"rollback:hub", 1, Cluster, gate},
		{"remove:hub", 1, Cluster, gate},
		{"retire:hub", 1, Cluster, gate},
		{"scale:hub", 3, Cluster, gate},
		{"ci", 0, Everything, deployed},
		{"ci:matrix", 0, Nothing, always},
	}
}

// Column is some verbs about which each event decides the same.
type Column struct {
	Verbs []Verb
	May   []Step // for each case
}

// Title names the verbs of a column.
func (c Column) Title() string {
	var names []string
	for _, verb := range c.Verbs {
		name, part, _ := strings.Cut(verb.Target, ":")
		if part != "hub" && part != "all" {
			name = verb.Target
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// Columns are the columns of a table of gates with these cases, in the order of Verbs: of the verbs whose effect is wanted.
func Columns(cases []Case, wanted func(Effect) bool) ([]Column, error) {
	var columns []Column
	for _, verb := range Verbs() {
		if !wanted(verb.Changes) {
			continue
		}
		column := Column{Verbs: []Verb{verb}}
		for _, c := range cases {
			step, err := verb.May(c)
			if err != nil {
				return nil, err
			}
			column.May = append(column.May, step)
		}
		at := slices.IndexFunc(columns, column.same)
		if at < 0 {
			columns = append(columns, column)
		} else {
			columns[at].Verbs = append(columns[at].Verbs, verb)
		}
	}
	return columns, nil
}

// same reports whether two columns belong together: one effect, and the same answers.
func (c Column) same(other Column) bool {
	effect := func(c Column) [2]bool { return [2]bool{c.Verbs[0].Changes.Shared(), c.Verbs[0].Changes == Nothing} }
	answer := func(a, b Step) bool { return a.Word() == b.Word() }
	return effect(c) == effect(other) && slices.EqualFunc(c.May, other.May, answer)
}

// Word is a step in a word: yes, no, waits or refused.
func (s Step) Word() string {
	switch {
	case s.Waits:
		return "waits"
	case s.Do:
		return "yes"
	case s.Refused:
		return "refused"
	}
	return "no"
}
