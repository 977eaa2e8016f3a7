package diagnosis

import (
	"regexp"
	"slices"
	"strings"
)

var noClass = regexp.MustCompile(`storageclass(?:\.storage\.k8s\.io)? "([^"]+)" not found`)

// claims judges the PersistentVolumeClaims of the release, and of its pods, that are not bound. A claim that waits for its first consumer
// has no problem of its own; one of a user's, or of somebody else's, is no concern of a deploy.
func (v *view) claims() []Verdict {
	var found []Verdict
	for _, claim := range v.of("PersistentVolumeClaim") {
		if claim.Status.Phase == "Bound" || !v.released(claim) && !v.mounted(claim) || v.guest(claim.Metadata.Labels) {
			continue
		}
		if verdict, pending := v.claim(claim); pending {
			found = append(found, verdict)
		}
	}
	return found
}

// mounted reports whether a pod that counts wants the claim: one that a StatefulSet has made is not in the release.
func (v *view) mounted(claim *Object) bool {
	return slices.ContainsFunc(v.of("Pod"), func(pod *Object) bool {
		workload, newest := v.owner(pod)
		return newest && v.counts(workload) && slices.ContainsFunc(pod.Spec.Volumes, func(volume Volume) bool {
			return volume.Claim != nil && volume.Claim.Name == claim.Metadata.Name
		})
	})
}

func (v *view) claim(claim *Object) (verdict Verdict, pending bool) {
	event := v.lastEvent(claim, "ProvisioningFailed", "FailedBinding", "ExternalProvisioning", "Provisioning", "WaitForFirstConsumer", "ProvisioningSucceeded")
	if event == nil || event.Reason == "WaitForFirstConsumer" || event.Reason == "ProvisioningSucceeded" {
		return Verdict{}, false
	}
	verdict = Verdict{
		Name: "claim-pending", Subject: "claim " + claim.Metadata.Name, Short: "waiting for a volume",
		Cause: "is not bound yet: " + oneLine(event.Message), Evidence: []string{event.Reason + ": " + oneLine(event.Message)},
		Advice: v.command("describe persistentvolumeclaim " + claim.Metadata.Name),
	}
	match := noClass.FindStringSubmatch(event.Message)
	switch {
	case event.Reason == "FailedBinding" && strings.Contains(event.Message, "no storage class is set"):
		v.noVolume(&verdict, claim)
		return verdict, true
	case match == nil:
		return verdict, true
	}
	verdict.Name, verdict.Certainty, verdict.Short = "no-storage-class", Certain, "storage class missing"
	verdict.Cause = "names StorageClass " + match[1] + ", which does not exist"
	verdict.Needles = []string{match[1]}
	verdict.Advice = "correct storageClassName in the values; a claim's class cannot be changed, so delete this one, which holds nothing, before the next deploy: " +
		v.command("delete persistentvolumeclaim "+claim.Metadata.Name)
	if v.Classes != nil {
		verdict.Evidence = append(verdict.Evidence, "the cluster has: "+strings.Join(v.Classes, ", "))
	}
	return verdict, true
}

// noVolume judges a claim that names no class, so that nothing makes a volume for it. One that is there already is bound to it within
// seconds.
func (v *view) noVolume(verdict *Verdict, claim *Object) {
	verdict.Name, verdict.Certainty, verdict.Short = "no-volume", Certain, "no volume, no storage class"
	verdict.Cause = "names no StorageClass, and no volume is there for it: nothing will ever make one"
	verdict.Needles = []string{"storageClassName", claim.Metadata.Name}
	verdict.Advice = "name a StorageClass in the values (storageClassName), or make one the cluster's default; a claim's class cannot be changed, so delete this one, " +
		"which holds nothing, before the next deploy: " + v.command("delete persistentvolumeclaim "+claim.Metadata.Name)
	if v.Classes != nil {
		verdict.Evidence = append(verdict.Evidence, "the cluster has: "+strings.Join(v.Classes, ", "))
	}
	switch {
	case v.Volumes == nil: // a volume may be there
		verdict.Certainty = Network
	case slices.ContainsFunc(v.Volumes, func(volume *Object) bool {
		return volume.Status.Phase != "Bound" && volume.Status.Phase != "Released" && volume.Status.Phase != "Failed" &&
			volume.Spec.StorageClassName == claim.Spec.StorageClassName
	}):
		verdict.Certainty, verdict.Cause = Waits, "is not bound yet: "+verdict.Evidence[0]
	}
}
