package diagnosis

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// refusals judges controllers that are not allowed to make their pods: by admission, a quota, or a missing account.
func (v *view) refusals() []Verdict {
	var found []Verdict
	for _, o := range v.of("ReplicaSet", "StatefulSet", "DaemonSet", "Job") {
		workload, newest := v.owner(o)
		if !newest || !v.counts(workload) {
			continue
		}
		message := o.condition("ReplicaFailure").Message
		if event := v.lastEvent(o, "FailedCreate", "SuccessfulCreate"); o.Kind != "ReplicaSet" && event != nil && event.Reason == "FailedCreate" {
			message = event.Message // the others have no such condition
		}
		if message != "" {
			found = append(found, v.refusal(workload, o, message))
		}
	}
	return found
}

var (
	exceeded  = regexp.MustCompile(`exceeded quota: (\S+), requested: (.*), used: (.*), limited: (.*)`)
	account   = regexp.MustCompile(`serviceaccount "([^"]+)" not found`)
	violates  = regexp.MustCompile(`violates PodSecurity "([^"]+)": (.*)`)
	denied    = regexp.MustCompile(`admission webhook "([^"]+)" denied the request: (.*)`)
	notCalled = regexp.MustCompile(`failed calling webhook "([^"]+)": (.*)`)
)

func (v *view) refusal(workload, o *Object, message string) Verdict {
	verdict := Verdict{
		Name: "refused", Certainty: Certain, Subject: workload.String(), Short: "its pods are refused",
		Cause: "its pods are refused: " + oneLine(message), Evidence: []string{o.String() + ": FailedCreate: " + oneLine(message)},
		Advice: v.command("describe " + o.String()),
	}
	match := func(pattern *regexp.Regexp) []string { return pattern.FindStringSubmatch(message) }
	switch {
	case match(exceeded) != nil:
		m := match(exceeded)
		verdict.Name, verdict.Short = "quota", "quota "+m[1]+" exceeded"
		verdict.Cause = fmt.Sprintf("its pods would exceed quota %s: requested %s, used %s, of %s", m[1], m[2], m[3], m[4])
		verdict.Advice = "raise the quota, ask for less, or free what is used: " + v.command("describe resourcequota "+m[1])
		if slices.ContainsFunc(v.Objects, func(o *Object) bool { return o.Kind == "Pod" && o.Metadata.DeletionTimestamp != "" }) {
			verdict.Certainty = Waits // pods that are ending free their part of the quota
		}
	case match(account) != nil:
		name := match(account)[1]
		verdict.Name, verdict.Short = "no-service-account", "service account missing"
		verdict.Cause, verdict.Needles = "its pods run as service account "+name+", which does not exist", []string{name}
		verdict.Advice = "add the service account to the chart, or correct its name; those that are there: " + v.command("get serviceaccounts")
	case match(violates) != nil:
		m := match(violates)
		verdict.Name = "pod-security"
		verdict.Cause = fmt.Sprintf("its pods are refused by the namespace's Pod Security level %s: %s", m[1], oneLine(m[2]))
	case match(denied) != nil:
		m := match(denied)
		verdict.Name, verdict.Cause = "admission", fmt.Sprintf("its pods are refused by admission webhook %s: %s", m[1], oneLine(m[2]))
	case match(notCalled) != nil:
		m := match(notCalled)
		verdict.Name, verdict.Certainty, verdict.Short = "webhook", Network, "admission webhook unreachable"
		verdict.Cause = fmt.Sprintf("admission webhook %s does not answer: %s", m[1], oneLine(m[2]))
	case strings.Contains(message, "because it is being terminated"):
		return v.terminating()
	case !strings.Contains(message, "forbidden") && !strings.Contains(message, "invalid"):
		verdict.Certainty = Network // the API server had trouble of its own
	}
	return verdict
}

// paused judges a Deployment that is paused before its newest version is rolled out.
func (v *view) paused(workload *Object) []Verdict {
	if !workload.Spec.Paused || !v.counts(workload) || Complete(workload) {
		return nil
	}
	return []Verdict{{
		Name: "paused", Certainty: Certain, Subject: workload.String(), Short: "paused", Needles: []string{"paused"},
		Cause:  "is paused: its newest version is not rolled out before it is resumed",
		Advice: v.command("rollout resume " + workload.String()),
	}}
}

// blocked judges a StatefulSet whose pod of an earlier revision is not ready: Kubernetes replaces it only when it is
// (kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback).
func (v *view) blocked(workload *Object) []Verdict {
	if workload.Kind != "StatefulSet" || workload.Spec.PodManagement == "Parallel" || Complete(workload) || !observed(workload) || !v.counts(workload) {
		return nil
	}
	for _, pod := range v.of("Pod") {
		owner := pod.controller()
		if owner == nil || owner.UID != workload.Metadata.UID || pod.condition("Ready").Status == "True" || pod.Metadata.Labels["controller-revision-hash"] == workload.Status.UpdateRevision {
			continue
		}
		verdict := Verdict{
			Name: "blocked", Subject: workload.String(), Short: "waits for a pod of an earlier revision",
			Cause:  "its pod " + pod.Metadata.Name + " is of an earlier revision and not ready, and Kubernetes replaces it only when it is",
			Advice: "delete the pod: the one after it is of the newest revision: " + v.command("delete pod "+pod.Metadata.Name),
		}
		if pod.crashes() {
			verdict.Certainty = Certain
		}
		return []Verdict{verdict}
	}
	return nil
}

// job judges a Job that has failed.
func (v *view) job(job *Object) []Verdict {
	failed := job.condition("Failed")
	if job.Kind != "Job" || !v.counts(job) || !v.Own && job.hook() {
		return nil
	}
	// One that failed before this deploy, and that the deploy has left as it is, will not be complete either. It is known to be part
	// of the release only when helm is through.
	if !v.touched(job) && (v.Manifest == nil || job.hook()) {
		return nil
	}
	what := "job"
	if job.hook() {
		what = "hook (" + job.Metadata.Annotations["helm.sh/hook"] + ")"
	}
	if failed.Status != "True" && job.Status.Active > 0 {
		return []Verdict{{
			Name: "job-running", Subject: job.String(), Short: what + " running", Cause: fmt.Sprintf("the %s is running; %d of its pods have failed", what, job.Status.Failed),
			Advice: v.command("logs " + job.String()),
		}}
	}
	if failed.Status != "True" {
		return nil
	}
	verdict := Verdict{
		Name: "job-failed", Certainty: Certain, Subject: job.String(), Short: what + " failed",
		Cause:  fmt.Sprintf("the %s has failed: %s: %s", what, failed.Reason, oneLine(failed.Message)),
		Advice: v.command("logs " + job.String()),
	}
	for _, pod := range v.of("Pod") {
		if owner := pod.controller(); owner != nil && owner.UID == job.Metadata.UID && len(pod.Status.ContainerStatuses) > 0 {
			container := pod.Status.ContainerStatuses[0]
			verdict.Log = &Log{Pod: pod.Metadata.Name, Container: container.Name}
			if end := container.State.Terminated; end != nil {
				verdict.Evidence = []string{fmt.Sprintf("pod %s: container %s ended with exit code %d %s", pod.Metadata.Name, container.Name, end.ExitCode, oneLine(end.Message))}
			}
		}
	}
	return []Verdict{verdict}
}
