// Package diagnosis decides, from what a namespace holds, whether a deploy can still succeed: which workloads are certain to
// fail, and which only need time, with the cause in words, the evidence, and what to do. It is pure: objects go in, verdicts come
// out. Package watch calls it on every change, packages kube and helm for what the API server refuses.
package diagnosis

import (
	"regexp"
	"strings"
)

// Certainty is how sure it is that waiting does not help.
type Certainty int

// The certainties, each with a patience of its own: see Patience.
const (
	Waits     Certainty = iota // it may well succeed: no patience ends
	Network                    // a registry or webhook that cannot be reached, or limits the rate: it may recover
	Scheduler                  // no node fits, and an autoscaler has not said whether it adds one
	Certain                    // it fails until the operator changes something
	Proven                     // it cannot change, or has failed often enough
)

// Verdict is what stands in the way of one workload.
type Verdict struct {
	Name      string // of the kind of failure, such as image-not-found
	Certainty Certainty
	Subject   string   // what it happens to: "deployment/hub, container hub"
	Short     string   // for the live line: "pulling image"
	Cause     string   // in words, the same for every pod that has it
	Evidence  []string // lines, the best first
	Advice    string   // what to do, with the exact command where there is one
	Needles   []string // texts whose place in the chart's files explains the cause, the best first
	Log       *Log     // whose last lines are evidence
	Speaks    bool     // the last of these lines says more than the cause does
}

// Log names the log of a container.
type Log struct {
	Pod, Container string
	Previous       bool // of the container that ended, not of the one that runs
}

// String is subject and cause.
func (v Verdict) String() string { return v.Subject + ": " + v.Cause }

func (v Verdict) proven() bool { return v.Certainty == Proven }

// key is the same for the same trouble in a later snapshot.
func (v Verdict) key() string { return v.Name + "\x00" + v.Subject }

// Pattern is subject and cause without the hub's name: equal for hubs that have the same trouble.
func (v Verdict) Pattern(hub string) string { return withoutName(v.String(), hub) }

func withoutName(text, hub string) string {
	return regexp.MustCompile(`\b`+regexp.QuoteMeta(hub)+`\b`).ReplaceAllLiteralString(text, "{hub}")
}

// Judge returns what stands in the way, the surest first, one verdict a trouble.
func Judge(s Snapshot, scope Scope) []Verdict {
	v := newView(s, scope)
	if scope.Server != "" {
		return v.server()
	}
	var all []Verdict
	if s.Terminates {
		all = append(all, v.terminating())
	}
	all = append(all, v.claims()...)
	for _, workload := range v.workloads() {
		all = append(all, v.paused(workload)...)
		all = append(all, v.blocked(workload)...)
		all = append(all, v.job(workload)...)
		all = append(all, v.held(workload)...)
	}
	all = append(all, v.refusals()...)
	for _, pod := range v.of("Pod") {
		if workload, newest := v.owner(pod); newest && v.counts(workload) && !v.guest(pod.Metadata.Labels) {
			all = append(all, v.pod(workload, pod)...)
		}
	}
	return sorted(all)
}

// sorted puts the surest first and drops repetitions: the pods of one workload fail for one reason.
func sorted(all []Verdict) []Verdict {
	var kept []Verdict
	seen := map[string]bool{}
	for _, certainty := range []Certainty{Proven, Certain, Scheduler, Network, Waits} {
		for _, verdict := range all {
			if verdict.Certainty == certainty && !seen[verdict.key()] {
				seen[verdict.key()] = true
				kept = append(kept, verdict)
			}
		}
	}
	return kept
}

func (v *view) terminating() Verdict {
	return Verdict{
		Name: "namespace-terminating", Certainty: Certain, Subject: "namespace/" + v.Namespace,
		Short: "namespace is being deleted", Cause: "the namespace is being deleted: nothing new can be made in it",
		Advice: "wait until it is gone, then deploy again; what holds it up: " + v.command("get namespace "+v.Namespace+" --output jsonpath={.status.conditions}"),
	}
}

// command is a kubectl command to advise, in the hub's namespace.
func (v *view) command(arguments string) string {
	if strings.HasPrefix(arguments, "get namespace") {
		return v.Kubectl + " " + arguments
	}
	return v.Kubectl + " --namespace " + v.Namespace + " " + arguments
}
