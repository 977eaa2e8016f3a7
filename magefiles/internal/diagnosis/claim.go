package diagnosis

import (
	"regexp"
	"strings"
)

var noClass = regexp.MustCompile(`storageclass(?:\.storage\.k8s\.io)? "([^"]+)" not found`)

// claims judges the PersistentVolumeClaims that are not bound. A claim that waits for its first consumer has no problem of its own.
func (v *view) claims() []Verdict {
	var found []Verdict
	for _, claim := range v.of("PersistentVolumeClaim") {
		if claim.Status.Phase == "Bound" || !claim.of(v.release()) && claim.Metadata.Annotations["meta.helm.sh/release-name"] != "" || guest(claim.Metadata.Labels) {
			continue
		}
		if verdict, pending := v.claim(claim); pending {
			found = append(found, verdict)
		}
	}
	return found
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
	if match == nil {
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
