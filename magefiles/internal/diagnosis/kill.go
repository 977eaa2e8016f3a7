package diagnosis

import (
	"slices"
	"strings"
)

// kills are what a kubelet ends containers for that would have gone on, by its words for it.
var kills = []struct {
	reason, words string // of the event
	Verdict
	tried string // the beginning of what is said of each try; "": nothing is
}{
	{"Killing", "failed liveness probe, will be restarted", Verdict{Name: "liveness-probe", Short: "fails its liveness probe", Cause: "is killed because it fails its liveness probe"}, "Liveness"},
	{"Killing", "failed startup probe, will be restarted", Verdict{Name: "startup-probe", Short: "fails its startup probe", Cause: "is killed because it fails its startup probe"}, "Startup"},
	{"FailedPostStartHook", "", Verdict{Name: "post-start-hook", Short: "postStart hook fails", Cause: "is killed because its postStart hook fails", Needles: []string{"postStart"}}, ""},
}

// explainKill says why a kubelet has ended a container that would have gone on. That a probe fails is no reason yet: it may have passed again, and the
// container have ended by itself.
func (v *view) explainKill(verdict *Verdict, pod *Object, spec Container) {
	for _, kill := range kills {
		said := v.eventOf(pod, spec.Name, kill.reason, func(message string) bool { return strings.Contains(message, kill.words) })
		if said == nil {
			continue
		}
		verdict.Name, verdict.Short, verdict.Cause, verdict.Needles, verdict.Speaks = kill.Name, kill.Short, kill.Cause, kill.Needles, false
		if tried := v.eventOf(pod, spec.Name, "Unhealthy", func(message string) bool { return strings.HasPrefix(message, kill.tried) }); tried != nil && kill.tried != "" {
			verdict.Cause += ": " + oneLine(tried.Message)
		}
		return
	}
}

// hookFails judges a container whose postStart hook fails: the command that is missing, if one is, is the hook's.
func (v *view) hookFails(verdict *Verdict, pod *Object, spec Container, command string) {
	verdict.Name, verdict.Certainty, verdict.Short = "post-start-hook", Certain, "postStart hook fails"
	verdict.Cause, verdict.Needles = "is killed because its postStart hook fails", []string{"postStart"}
	verdict.Advice = "run the hook's command in a container of the image; what the kubelet says: " + v.command("describe pod "+pod.Metadata.Name)
	if command != "" {
		verdict.Certainty, verdict.Needles = Proven, []string{command, "postStart"}
		verdict.Cause += ": its command " + command + " is not in image " + spec.Image + ", or cannot be run"
	}
}

// eventOf returns the newest event of a reason about a container, or about its pod as a whole, with a message that is wanted; nil if there is none.
func (v *view) eventOf(pod *Object, container, reason string, wanted func(string) bool) *Object {
	for _, event := range slices.Backward(v.events[pod.Metadata.UID]) {
		field := event.InvolvedObject.FieldPath
		if event.Reason == reason && wanted(event.Message) && (field == "" || strings.HasSuffix(field, "{"+container+"}")) {
			return event
		}
	}
	return nil
}
