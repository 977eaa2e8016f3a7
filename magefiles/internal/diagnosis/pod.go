package diagnosis

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// pod judges a pod of the newest revision of a workload.
func (v *view) pod(workload, pod *Object) []Verdict {
	if pod.Unscheduled() {
		return v.unscheduled(workload, pod)
	}
	if v.evictedBy(pod) != "" {
		return v.evicted(workload, pod)
	}
	if pod.Status.Phase == "Failed" || pod.Status.Phase == "Succeeded" {
		return nil // its controller makes another pod, or reports why not
	}
	if why := v.away(pod); why != "" {
		return []Verdict{v.awayNode(workload, pod, why)}
	}
	var found []Verdict
	for i, status := range pod.Status.InitContainerStatuses {
		found = append(found, v.container(workload, pod, pod.Spec.InitContainers, i, status)...)
	}
	for i, status := range pod.Status.ContainerStatuses {
		found = append(found, v.container(workload, pod, pod.Spec.Containers, i, status)...)
	}
	if why := v.late(pod); why != "" && !slices.ContainsFunc(found, Verdict.proven) {
		return []Verdict{v.awayNode(workload, pod, why)}
	}
	return found
}

// subject names a container of a workload, for people.
func subject(workload *Object, container string) string {
	return workload.String() + ", container " + container
}

// container judges one container of a pod.
func (v *view) container(workload, pod *Object, specs []Container, index int, status ContainerStatus) []Verdict {
	verdict := Verdict{Subject: subject(workload, status.Name)}
	spec := Container{Name: status.Name, Image: status.Image}
	for _, candidate := range specs {
		if candidate.Name == status.Name {
			spec = candidate
		}
	}
	waiting := status.State.Waiting
	switch command := missingCommand(status); {
	case waiting != nil && waiting.Reason == "PostStartHookError":
		v.hookFails(&verdict, pod, spec, command)
	case command != "" && status.State.Running == nil:
		verdict.Name, verdict.Certainty, verdict.Short = "no-command", Proven, "command not in the image"
		verdict.Cause = fmt.Sprintf("cannot start: its command %s is not in image %s, or cannot be run", command, spec.Image)
		verdict.Needles = []string{command}
		verdict.Advice = "correct the command in the values, or put it into the image; what the runtime says: " + v.command("describe pod "+pod.Metadata.Name)
	case waiting == nil && status.State.Running != nil && !status.Ready:
		v.unready(&verdict, pod, status)
	case waiting == nil:
		return nil
	case waiting.Reason == "CrashLoopBackOff" && (status.RestartCount >= crashes || v.twice(pod, status.Name)):
		v.crash(&verdict, pod, spec, status)
		if v.newRestarts(pod, index, status) == 0 {
			v.sinceBefore(&verdict, pod)
		}
	case waiting.Reason == "CrashLoopBackOff":
		verdict.Name, verdict.Short = "restarting", fmt.Sprintf("restarts (%d of %d)", status.RestartCount, crashes)
		verdict.Cause = "ended"
		if last := status.LastState.Terminated; last != nil {
			verdict.Cause += " with " + last.code()
		}
		verdict.Cause += fmt.Sprintf(", and is tried again (%s so far)", plural(status.RestartCount, "restart"))
		verdict.Log = &Log{Pod: pod.Metadata.Name, Container: status.Name, Previous: true}
	case pullReasons[waiting.Reason]:
		v.pull(&verdict, pod, spec, waiting.Reason, waiting.Message)
	case waiting.Reason == "CreateContainerConfigError":
		v.config(&verdict, pod, waiting.Message)
	case waiting.Reason == "CreateContainerError" || waiting.Reason == "RunContainerError":
		verdict.Name, verdict.Certainty, verdict.Short = "container-error", Certain, "cannot start"
		verdict.Cause = "cannot start: " + oneLine(waiting.Message)
		verdict.Advice = v.command("describe pod " + pod.Metadata.Name)
	default: // ContainerCreating, PodInitializing
		v.creating(&verdict, pod, spec)
	}
	if verdict.Certainty == Certain && v.stale(pod, waiting.Reason) {
		v.sinceBefore(&verdict, pod)
	}
	return []Verdict{verdict}
}

// sinceBefore lowers the certainty of a verdict: the deploy may have removed its cause, and nothing has tried again yet.
func (v *view) sinceBefore(verdict *Verdict, pod *Object) {
	verdict.Certainty = Network
	verdict.Cause += " (since before this deploy, and not tried again yet)"
	verdict.Advice = "to have it tried now: " + v.command("delete pod "+pod.Metadata.Name)
}

// stale reports whether a container's failure was last tried before the deploy: what was missing then may exist now. While the
// kubelet backs off, up to five minutes, it repeats its message without trying again.
func (v *view) stale(pod *Object, reason string) bool {
	if v.before[pod.Metadata.UID] == nil {
		return false
	}
	tried := v.fresh(pod) && reason != "ImagePullBackOff"
	for _, event := range v.events[pod.Metadata.UID] {
		tried = tried || event.Reason == "FailedMount" || event.Reason == "Failed" && !strings.HasSuffix(event.Message, "BackOff")
	}
	return !tried
}

// newRestarts is how often a container has restarted since before.
func (v *view) newRestarts(pod *Object, index int, status ContainerStatus) int {
	old := v.before[pod.Metadata.UID]
	if old == nil {
		return status.RestartCount
	}
	for _, statuses := range [][]ContainerStatus{old.Status.ContainerStatuses, old.Status.InitContainerStatuses} {
		if index < len(statuses) && statuses[index].Name == status.Name {
			return status.RestartCount - statuses[index].RestartCount
		}
	}
	return status.RestartCount
}

// crashes is how many restarts of a container make a crash loop, however it ends.
const crashes = 3

func (v *view) crash(verdict *Verdict, pod *Object, spec Container, status ContainerStatus) {
	verdict.Name, verdict.Certainty, verdict.Short = "crash-loop", Proven, "crashes"
	verdict.Cause = "crashes: " + plural(status.RestartCount, "restart")
	verdict.Log = &Log{Pod: pod.Metadata.Name, Container: status.Name, Previous: true}
	verdict.Advice = v.command("logs " + pod.Metadata.Name + " --container " + status.Name + " --previous")
	if status.RestartCount < crashes {
		verdict.Evidence = []string{"pod " + pod.Metadata.Name + ": container " + status.Name + " ended twice in a row in the same way, with the same last lines in its log"}
	}
	last := status.LastState.Terminated
	if last == nil {
		return
	}
	verdict.Cause += ", " + last.code()
	v.explainEnd(verdict, pod, spec, last)
}

// explainEnd says why a container has ended, where that is known better than its exit code tells.
func (v *view) explainEnd(verdict *Verdict, pod *Object, spec Container, end *Terminated) {
	verdict.Speaks = end.ExitCode > 0 && end.Message == ""
	if end.Reason == outOfMemory {
		verdict.Name, verdict.Short = "out-of-memory", "out of memory"
		verdict.Cause = fmt.Sprintf("is killed for want of memory; its limit is %v", spec.Resources.Limits["memory"])
		if spec.Resources.Limits["memory"] == nil {
			verdict.Cause = "is killed for want of memory; it has no limit of its own, so its node has no more"
		}
		verdict.Speaks = false
		verdict.Advice = "raise the memory limit of container " + spec.Name + " in the values, then deploy again"
	}
	v.explainKill(verdict, pod, spec)
}

// plural is "1 restart" or "3 restarts".
func plural(count int, noun string) string {
	if count != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", count, noun)
}

// config judges a container whose configuration is not there: secrets and config maps that it names.
func (v *view) config(verdict *Verdict, pod *Object, message string) {
	verdict.Name, verdict.Certainty, verdict.Short = "container-config", Certain, "configuration missing"
	verdict.Cause = "cannot start: " + oneLine(message)
	verdict.Evidence = []string{"pod " + pod.Metadata.Name + ": " + oneLine(message)}
	verdict.Advice = v.command("describe pod " + pod.Metadata.Name)
	if match := missingKey.FindStringSubmatch(message); match != nil {
		key, kind, name := match[1], strings.ToLower(match[2]), match[3]
		verdict.Name = "missing-key"
		verdict.Cause = fmt.Sprintf("cannot start: %s %s has no key %s", kind, name, key)
		verdict.Needles = []string{key, name}
		verdict.Advice = fmt.Sprintf("add the key to the chart's %s; the keys that it has: %s", kind,
			v.command("describe "+kind+" "+name))
	} else if match := missingObject.FindStringSubmatch(message); match != nil {
		kind, name := match[1], match[2]
		verdict.Name = "missing-" + kind
		verdict.Cause = fmt.Sprintf("cannot start: there is no %s %s", kind, name)
		verdict.Needles = []string{name}
		verdict.Advice = fmt.Sprintf("add the %s to the chart, or correct its name; those that are there: %s", kind, v.command("get "+kind+"s"))
	}
}

// hostPath matches what a kubelet says of a path that is to be on its node.
var hostPath = regexp.MustCompile(`hostPath type check failed[:,] (\S+ is not an? [\w ]+)`)

// creating judges a container that is not there yet: its image is pulled, or a volume is on its way.
func (v *view) creating(verdict *Verdict, pod *Object, spec Container) {
	verdict.Name, verdict.Short, verdict.Cause = "starting", "starting", "is being started"
	if event := v.lastEvent(pod, "Pulling", "Pulled"); event != nil && event.Reason == "Pulling" && strings.Contains(event.Message, spec.Image) {
		verdict.Name, verdict.Short, verdict.Cause = "pulling", "pulling image", "image "+spec.Image+" is still being pulled"
	}
	switch event := v.lastEvent(pod, "FailedMount", "FailedAttachVolume", "FailedCreatePodSandBox"); {
	case event == nil:
	case event.Reason == "FailedMount" && (missingObject.MatchString(event.Message) || missingVolumeKey.MatchString(event.Message)):
		v.config(verdict, pod, event.Message)
		if match := missingVolumeKey.FindStringSubmatch(event.Message); match != nil {
			verdict.Cause = "cannot start: " + oneLine(event.Message)
			verdict.Needles = []string{match[1]}
		}
		verdict.Subject = strings.TrimSuffix(verdict.Subject, ", container "+spec.Name)
	case hostPath.MatchString(event.Message):
		verdict.Name, verdict.Certainty, verdict.Short = "no-host-path", Certain, "not on the node"
		verdict.Cause = "cannot start: on its node " + pod.Spec.NodeName + " " + hostPath.FindStringSubmatch(event.Message)[1]
		verdict.Evidence = []string{"pod " + pod.Metadata.Name + ": " + oneLine(event.Message)}
		verdict.Needles = []string{strings.Fields(hostPath.FindStringSubmatch(event.Message)[1])[0]}
		verdict.Advice = "make it on each node that may take the pod, or let the kubelet make it (type: DirectoryOrCreate); a hub's data belongs into a claim"
		verdict.Subject = strings.TrimSuffix(verdict.Subject, ", container "+spec.Name)
	case event.Reason == "FailedCreatePodSandBox":
		verdict.Name, verdict.Short, verdict.Cause = "sandbox", "waiting for its network", "its network is not there yet: "+oneLine(event.Message)
	default:
		verdict.Name, verdict.Short, verdict.Cause = "volume", "waiting for a volume", "a volume is not attached yet: "+oneLine(event.Message)
		verdict.Subject = strings.TrimSuffix(verdict.Subject, ", container "+spec.Name)
	}
}

// unready judges a container that runs and does not pass its probes.
func (v *view) unready(verdict *Verdict, pod *Object, status ContainerStatus) {
	verdict.Name, verdict.Short, verdict.Cause = "not-ready", "started, not ready", "runs, and is not ready yet"
	verdict.Log = &Log{Pod: pod.Metadata.Name, Container: status.Name}
	verdict.Advice = v.command("logs " + pod.Metadata.Name + " --container " + status.Name)
	if probe := v.lastEvent(pod, "Unhealthy"); probe != nil {
		verdict.Short = "probe not yet passing"
		verdict.Cause = "runs, and does not pass its probe yet: " + oneLine(probe.Message)
	}
}

// oneLine cuts a message to one line of a readable length.
func oneLine(message string) string {
	const most = 300
	message = strings.Join(strings.Fields(message), " ")
	if len(message) > most {
		message = strings.ToValidUTF8(message[:most], "") + " …"
	}
	return message
}
