package diagnosis

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// End is one end of a container that was seen, with what it had logged.
type End struct {
	Pod, Container string
	Number         int // the first is 1
	Previous       bool
	How            Terminated
	Log            []string // its last lines
	Unread         bool     // they could not be read
	Early          bool     // another part of the hub was still starting: the container may have been waiting for it
}

// Ends are the ends of each container, in the order in which they were seen, by the pod's UID and the container's name.
type Ends map[string][]End

// New lists the ends in a snapshot that are not among those that are known, by the same keys. Their logs are to be read now:
// the next end replaces them. After the crashes that make a loop, there is no need for more.
func (e Ends) New(s Snapshot, scope Scope) map[string]End {
	v, found := newView(s, scope), map[string]End{}
	for _, pod := range v.of("Pod") {
		workload, newest := v.owner(pod)
		if !newest || !v.counts(workload) || v.guest(pod.Metadata.Labels) {
			continue
		}
		for _, status := range slices.Concat(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses) {
			end, key := endOf(pod, status), endKey(pod, status.Name)
			known := slices.ContainsFunc(e[key], func(k End) bool { return k.Number == end.Number })
			if end.Number > 0 && end.Number <= crashes && !known {
				end.Early = v.othersStart(workload)
				found[key] = end
			}
		}
	}
	return found
}

func endKey(pod *Object, container string) string { return pod.Metadata.UID + "/" + container }

// endOf returns the latest end of a container; its number is 0 if there is none.
func endOf(pod *Object, status ContainerStatus) End {
	end := End{Pod: pod.Metadata.Name, Container: status.Name}
	switch last := status.LastState.Terminated; {
	case status.State.Terminated != nil:
		end.Number, end.How = status.RestartCount+1, *status.State.Terminated
	case last != nil && status.State.Waiting != nil: // it waits to be started again
		end.Number, end.How, end.Previous = status.RestartCount+1, *last, true
	case last != nil:
		end.Number, end.How, end.Previous = status.RestartCount, *last, true
	}
	return end
}

// twice reports whether a container has ended twice in a row in the same way: with the same exit code, and the same last
// lines in its log, when all else of the hub was there. A third time would be no different.
func (v *view) twice(pod *Object, container string) bool {
	ends := v.Ends[endKey(pod, container)]
	if len(ends) < 2 {
		return false
	}
	a, b := ends[len(ends)-2], ends[len(ends)-1]
	if a.Early || b.Early || a.Number+1 != b.Number || a.How.ExitCode != b.How.ExitCode || a.How.Reason != b.How.Reason {
		return false
	}
	return a.How.Reason == outOfMemory || !a.Unread && !b.Unread && alike(a.How.Message, b.How.Message) &&
		slices.EqualFunc(a.Log, b.Log, alike)
}

// changing matches what differs from run to run in a line that says the same: times, addresses, process numbers.
var changing = regexp.MustCompile(`(?i)0x[0-9a-f]+|\b[0-9a-f]{8,}\b|[0-9]+`)

func alike(a, b string) bool {
	return changing.ReplaceAllString(a, "#") == changing.ReplaceAllString(b, "#")
}

// othersStart reports whether another workload of the hub is still on its way, as a database may be.
func (v *view) othersStart(crashing *Object) bool {
	return slices.ContainsFunc(v.workloads(), func(o *Object) bool {
		return o != crashing && o.Kind != "Job" && Awaited(o) && v.counts(o) && !Complete(o) && !v.crashes(o)
	})
}

// crashes reports whether a pod of a workload's newest revision is in a crash loop.
func (v *view) crashes(workload *Object) bool {
	return slices.ContainsFunc(v.of("Pod"), func(pod *Object) bool {
		owner, newest := v.owner(pod)
		return newest && owner == workload && pod.crashes()
	})
}

// crashes reports whether a container of the pod has ended and waits to be started again.
func (o *Object) crashes() bool {
	return slices.ContainsFunc(slices.Concat(o.Status.InitContainerStatuses, o.Status.ContainerStatuses), func(c ContainerStatus) bool {
		return c.State.Waiting != nil && c.State.Waiting.Reason == "CrashLoopBackOff"
	})
}

// outOfMemory is the kubelet's reason for a container that was killed because it had used up its memory.
const outOfMemory = "OOMKilled"

// signals are the names of those that end containers; an exit code above 128 is one of them.
var signals = map[int]string{4: "SIGILL", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 9: "SIGKILL", 11: "SIGSEGV", 13: "SIGPIPE", 15: "SIGTERM"}

// code returns how a container ended, in words: "exit code 139 (SIGSEGV): message".
func (t *Terminated) code() string {
	if t.ExitCode < 0 {
		return "an exit code that the kubelet has forgotten"
	}
	text := fmt.Sprintf("exit code %d", t.ExitCode)
	if signal := signals[t.ExitCode-128]; signal != "" {
		text += " (" + signal + ")"
	}
	switch {
	case t.Message != "":
		text += ": " + oneLine(t.Message)
	case t.ExitCode == 0:
		text += ": its main process must go on running"
	}
	return text
}

// noCommand matches what container runtimes say of a command that they cannot start: runc, crun, and containerd before them.
var noCommand = regexp.MustCompile(`exec: \\?"([^"\\]+)\\?": (?:executable file not found in \$PATH|stat [^:]+: no such file or directory|permission denied|is a directory)` +
	"|executable file [`'\"]([^`'\"]+)[`'\"] not found(?: in \\$PATH)?")

// missingCommand returns the command that is not in the image, "" if that is not what is wrong with the container.
func missingCommand(status ContainerStatus) string {
	var said []string
	if waiting := status.State.Waiting; waiting != nil {
		said = append(said, waiting.Message)
	}
	for _, end := range []*Terminated{status.State.Terminated, status.LastState.Terminated} {
		if end != nil && (end.Reason == "StartError" || end.Reason == "ContainerCannotRun") {
			said = append(said, end.Message)
		}
	}
	if match := noCommand.FindStringSubmatch(strings.Join(said, "\n")); match != nil {
		return match[1] + match[2]
	}
	return ""
}
