package plan

import (
	"fmt"
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
	Foreign  string         // why the release, or the namespace, is somebody else's; "" if it is not, or is to be taken over
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
	case r.Recorded.Drifted(r.Wanted):
		return fmt.Sprintf("drifted in image: the registry has another one under %s since revision %d", r.Wanted.ImageTag, r.Revision)
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
func deploy(facts Facts, release Release, gate Step) Step {
	switch {
	case !gate.Do || !release.Asked:
		return gate
	case release.Foreign != "":
		return Step{Refused: true, Blocked: true, Reason: release.Foreign}
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
