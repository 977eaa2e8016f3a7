package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"hub-ops/magefiles/internal/history"
)

// Release is what the cluster holds of a hub, and what a deploy would make of it.
type Release struct {
	Asked    bool // false: the cluster was not asked
	Revision int  // the newest; 0 if there is none
	Status   string
	Age      time.Duration  // of the newest revision
	Recorded history.Record // what the newest revision was made from
	Own      bool           // Recorded is about the newest revision; false: helm has copied it from an earlier one
	Wanted   history.Record // what a deploy would make it from

	Running history.Revision // what users have: the newest that was once deployed; its number is 0 if there is none
	Had     time.Duration    // for how long that has been the same, in what goes in rounds
	Tried   bool             // what a deploy would change of it, in what goes in rounds, has failed before
	// Elsewhere says where another release is that carries our record of the hub, which has none where it should; "" if there is none.
	Elsewhere string
	Moved     string // which image that is built elsewhere is another one now than Recorded has, under the same name; "" if none is
	Foreign   string // why the release, or the namespace, is somebody else's; "" if it is not, or is to be taken over
}

// Stuck reports whether the newest revision was begun and not ended: its run is still at work, or was killed.
func (r Release) Stuck() bool { return Pending(r.Status) }

// Pending reports whether helm's status of a revision is one that only a running helm should leave.
func Pending(status string) bool {
	return strings.HasPrefix(status, "pending-") || status == "uninstalling"
}

// Unchanged reports whether a deploy would change nothing.
func (r Release) Unchanged() bool {
	return r.Asked && r.Foreign == "" && r.Revision > 0 && r.Status == "deployed" && r.Recorded.Complete() && r.Own &&
		len(r.Recorded.Changed(r.Wanted)) == 0 && !r.Recorded.Drifted(r.Wanted)
}

// String says how the release differs from the repository: "changed since revision 3: chart".
func (r Release) String() string {
	switch {
	case !r.Asked:
		return "the cluster was not asked"
	case r.Foreign != "":
		return r.Foreign
	case r.Revision == 0 || r.Status == "uninstalled":
		return "never deployed"
	case r.Stuck():
		return fmt.Sprintf("stuck: %s since %s, begun by %s", r.Status, r.Age.Round(time.Second), orSomebody(r.Recorded.Run))
	case r.Status != "deployed":
		return fmt.Sprintf("%s last time, in revision %d", r.Status, r.Revision)
	case !r.Recorded.Complete():
		return fmt.Sprintf("revision %d does not say what it was made from", r.Revision)
	case !r.Own:
		return fmt.Sprintf("revision %d was not made by hub-ops: helm has copied the record of revision %s to it", r.Revision, r.Recorded.Revision)
	case r.Moved != "" && r.Recorded.Drifted(r.Wanted):
		return r.Moved
	case r.Recorded.Drifted(r.Wanted):
		return fmt.Sprintf("drifted in image: the registry has another one under %s since revision %d", r.Recorded.DriftedTag(r.Wanted), r.Revision)
	}
	if changed := r.Recorded.Changed(r.Wanted); len(changed) > 0 {
		return fmt.Sprintf("changed since revision %d: %s", r.Revision, strings.Join(changed, ", "))
	}
	return fmt.Sprintf("unchanged since revision %d", r.Revision)
}

func orSomebody(run string) string {
	if run == "" || run == history.None {
		return "somebody"
	}
	return run
}

// deploy decides whether a hub that may be deployed needs to be.
func deploy(facts Facts, h HubFacts, gate Step) Step {
	release, doubt, failed := h.Release, "", ""
	for _, image := range h.Images {
		failed = cmp.Or(failed, image.Failed)
		if image.Pushed == "" && push(facts, image, gate).Do {
			continue // it is built anew first; without that, the deploy finds out when it asks the registry
		}
		doubt = cmp.Or(doubt, Doubt(facts, image))
	}
	switch {
	case gate.Do && failed != "":
		return Step{Refused: true, Blocked: true, Reason: failed}
	case gate.Do && slices.ContainsFunc(h.Images, func(i ImageFacts) bool { return i.Unplaced }):
		return Step{Refused: true, Blocked: true, Reason: unplaced}
	case gate.Do && missing(h) != "":
		return Step{Refused: true, Blocked: true, Reason: missing(h)}
	case !gate.Do || !release.Asked:
		return gate
	case release.Foreign != "":
		return Step{Refused: true, Blocked: true, Reason: release.Foreign}
	case release.Elsewhere != "":
		return Step{Refused: true, Blocked: true, Reason: "never deployed here, and " + release.Elsewhere}
	case doubt != "":
		return Step{Refused: true, Blocked: true, Reason: doubt}
	case h.Failed:
		return Step{Reason: "it failed in this run"}
	case h.Deployed:
		return Step{Reason: "deployed by this run"}
	case unanswered(h) != "" && (!release.Unchanged() || facts.DeployUnchanged):
		return Step{Refused: true, Blocked: true, Reason: unanswered(h)}
	case !release.Unchanged():
		return Step{Do: true, Reason: release.String()}
	case facts.DeployUnchanged:
		return Step{Do: true, Reason: "DEPLOY_UNCHANGED=1, " + release.String()}
	}
	return Step{Reason: release.String()}
}

// With returns the same comparison with another newest revision.
func (r Release) With(newest history.Revision) Release {
	r.Revision, r.Status, r.Recorded, r.Own = newest.Number, newest.Status, newest.Record, newest.Own()
	return r
}
