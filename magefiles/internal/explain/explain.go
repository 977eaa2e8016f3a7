// Package explain has, for everything that a run names by a code, what it means and what to do: diagnoses, rules of lint, exit codes, reasons of the plan.
// The texts are those of the packages that give the codes. Target explain prints them, and package dev/reference writes the pages of them.
//
//	topic, err := explain.Of("image-not-found")
package explain

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hub-ops/magefiles/internal/diagnosis"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/lint"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/spelling"
)

// Topic is what a code stands for.
type Topic struct {
	Code  string
	Sort  string   // of code: diagnosis
	Says  string   // what a run tells; … stands for what differs; "" for an exit code
	Means string   // why, in Markdown
	Do    []string // in this order; none if there is nothing to do
	Page  string   // of the documentation
}

// endings say how long a run waits for each certainty of a diagnosis.
var endings = map[diagnosis.Certainty]string{
	diagnosis.Waits:     "A run waits: this may well succeed. When `helm.timeout` comes to its end, it is told as the cause.",
	diagnosis.Network:   "A run waits for `watch.pull_grace`, because it may pass by itself; then the deploy fails.",
	diagnosis.Scheduler: "A run waits for `watch.scale_up_grace`; then the deploy fails.",
	diagnosis.Certain:   "The deploy fails when this has lasted for `watch.fail_after`: waiting does not mend it.",
	diagnosis.Proven:    "The deploy fails at once: it cannot become better by itself.",
}

// Ending says how long a run waits for a diagnosis.
func Ending(kind diagnosis.Kind) string { return endings[kind.Certainty] }

// Topics returns all of them: diagnoses, rules, exit codes, reasons.
func Topics() []Topic {
	var all []Topic
	for _, kind := range diagnosis.Kinds() {
		all = append(all, Topic{kind.Name, "diagnosis", kind.Says, kind.Means + " " + Ending(kind), kind.Do, "/failures/" + kind.Name})
	}
	for _, rule := range lint.Rules() {
		all = append(all, Topic{rule.Name, "rule of lint", rule.Finds, rule.Means + " Level: " + rule.Level + ".", rule.Do, "/reference/lint#" + rule.Name})
	}
	for _, code := range exit.Meanings() {
		topic := Topic{Code: strconv.Itoa(code.Code), Sort: "exit code", Means: code.Means, Page: "/reference/exit-codes"}
		if code.Do != "" {
			topic.Do = []string{code.Do}
		}
		all = append(all, topic)
	}
	for _, reason := range plan.Reasons() {
		all = append(all, Topic{reason.Name, "reason of the plan", reason.Says, reason.Means, reason.Do, "/reference/reasons#" + reason.Name})
	}
	return all
}

// Of returns what a code stands for. It takes a reason of the plan as the plan says it, too.
func Of(code string) (Topic, error) {
	all := Topics()
	var codes []string
	for _, topic := range all {
		if strings.EqualFold(topic.Code, code) {
			return topic, nil
		}
		codes = append(codes, topic.Code)
	}
	for _, topic := range slices.Backward(all) { // the last that fits tells more: see plan.Reasons
		if topic.Sort == "reason of the plan" && said(topic.Says, code) {
			return topic, nil
		}
	}
	err := exit.Input("nothing has the code %q", code)
	if near := spelling.Nearest(strings.ToLower(code), codes); near != "" {
		return Topic{}, err.Try("did you mean %s?", near)
	}
	return Topic{}, err.Try("the codes are %s; and the exit codes", strings.Join(slices.DeleteFunc(codes, isNumber), ", "))
}

func isNumber(code string) bool {
	_, err := strconv.Atoi(code)
	return err == nil
}

// said reports whether a text is what a run tells, with something in the place of each ….
func said(says, text string) bool {
	parts := strings.Split(says, "…")
	rest, begins := strings.CutPrefix(text, parts[0])
	if !begins {
		return false
	}
	for _, part := range parts[1:] {
		_, after, found := strings.Cut(rest, part)
		if !found {
			return false
		}
		if rest = after; part == "" {
			rest = ""
		}
	}
	return rest == ""
}

// String is the topic for a terminal.
func (t Topic) String() string {
	text := new(strings.Builder)
	fmt.Fprintf(text, "%s (%s)\n", t.Code, t.Sort)
	if t.Says != "" {
		text.WriteString("\n" + wrapped(t.Says, "  ", "  "))
	}
	text.WriteString("\n" + wrapped(t.Means, "", ""))
	if len(t.Do) > 0 {
		text.WriteString("\nWhat to do:\n")
	}
	for i, step := range t.Do {
		text.WriteString(wrapped(step, fmt.Sprintf("%3d. ", i+1), "     "))
	}
	fmt.Fprintf(text, "\nPage of the documentation: %s\n", t.Page)
	return text.String()
}

// wrapped breaks a text into lines that fit a terminal.
func wrapped(text, first, others string) string {
	const columns = 78
	var lines strings.Builder
	line := first
	for i, word := range strings.Fields(text) {
		if i > 0 && len(line)+1+len(word) > columns {
			lines.WriteString(line + "\n")
			line = others + word
			continue
		}
		if i > 0 {
			line += " "
		}
		line += word
	}
	return lines.String() + line + "\n"
}
