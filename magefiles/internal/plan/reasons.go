package plan

import "slices"

// Reason explains to an operator why a step is done, or is not: the same text wherever it is shown.
type Reason struct {
	Name  string
	Says  string   // as a step has it; … stands for what differs
	Means string   // why
	Do    []string // what to do, in this order
}

// Reasons returns those that the plan gives. Where a text fits several, the last of them tells more of it.
func Reasons() []Reason {
	return slices.Concat(usualReasons(), originReasons(), roundReasons(), imageReasons())
}

// usualReasons are those that it gives most often, by the step that they are about: gate, image, release.
func usualReasons() []Reason {
	return []Reason{
		{
			"asked-for", "asked for, on this machine",
			"The run was begun by hand, so the operator's own rights decide what may be pushed and deployed.",
			[]string{"Nothing. `mage gates` tells what each event may do."},
		},
		{
			"owned", "push to …, which owns it",
			"The event is a push to the branch that owns the hub, so the run may push its image and deploy it.",
			[]string{"Nothing."},
		},
		{
			"no-push-event", "…: no push, no deploy",
			"Only a push to a branch that owns hubs pushes and deploys. For a pull request, a tag or a scheduled run images are built and checked, and no more; `rounds.resume` lets a scheduled run go on with rounds.",
			[]string{"Merge it: the push to the branch that owns the hub deploys."},
		},
		{
			"no-branch", "no branch owns hub …",
			"The setting `branches` names no branch for this hub, neither by its name nor by a pattern.",
			[]string{"Name the hub below a branch in `branches` of hubops.yaml, or give one branch `*`: all that no other branch names."},
		},
		{
			"other-branch", "hub of branch …, the branch is …",
			"Another branch owns the hub, so a push to this one leaves it alone.",
			[]string{"Push the change to the branch that owns it.", "To move the hub, change `branches` in hubops.yaml on the default branch."},
		},
		{
			"no-image", "no image of its own",
			"There is no directory with a Dockerfile for the hub, so nothing is built or pushed: its values say which image it runs.",
			[]string{"Nothing. To give it an image, add `user-images/<hub>/Dockerfile`."},
		},
		{
			"image-missing", "image missing in registry",
			"The registry has no image under the tag that the content of the build context gives, so it is built and pushed.",
			[]string{"Nothing. If it should be there, look at what was pruned (`mage images:prune`), and at `image.repository`."},
		},
		{
			"context-changed", "context changed: …",
			"Files that go into the image are others than those of the image that was pushed last, so it has another tag, which the registry lacks.",
			[]string{"Nothing. If a file should not count, name it in `.dockerignore`."},
		},
		{
			"image-unchanged", "unchanged: the registry has …",
			"The registry has an image of exactly this content. The tag comes from the content, so nothing is built.",
			[]string{"Nothing. `REBUILD=1` builds it all the same."},
		},
		{
			"image-checked", "before the push, by check.yaml",
			"The directory of the image has a check.yaml. The image must do what it lists, in the engine that has built it; otherwise the build fails, and nothing is pushed.",
			[]string{"Nothing. A mismatch is told with its line of check.yaml, what was wanted and what was there."},
		},
		{
			"image-checked-before", "checked before its push, by this check.yaml",
			"The image of the registry says by a label which check.yaml it had to pass before its push, and it is the one that the repository has now.",
			[]string{"Nothing."},
		},
		{
			"check-changed", "check.yaml is not the one that the image was checked by: it is checked if this machine has it",
			"The image of the registry was checked by another check.yaml, or by none. A check.yaml is no part of the image, so nothing is built; the image is checked where this machine still has it.",
			[]string{"`REBUILD=1 mage build:hub <hub>` builds and checks it on any machine; `REBUILD=1 mage push:hub <hub>` pushes it with the new label, too."},
		},
		{
			"image-unsure", "the registry does not say whether it has it (check the credentials)",
			"The registry refuses to answer for this login, so the image is built as if it were missing.",
			[]string{"Log in: `docker login`, or the registry's variables; `mage check` tells what is missing."},
		},
		{
			"image-dirty", "uncommitted changes",
			"The build context has changes that are in no commit. The image gets a tag that no commit can have, and CI refuses it.",
			[]string{"Commit the changes, or undo them."},
		},
		{
			"base-moved", "the base image has moved (REBUILD_ON_BASE=1)",
			"The tag that the Dockerfile builds on names another image now than the one that this image was built on.",
			[]string{"Nothing: it is built on the new one. Without `REBUILD_ON_BASE=1` only `mage status` tells of it."},
		},
		{
			"image-unplaced", "image.repository is not set in hubops.yaml, so nobody knows where its image is kept",
			"The hub has an image to build, and no registry to keep it in.",
			[]string{"Set `image.repository` in hubops.yaml, with `{hub}` for the hub's name."},
		},
		{
			"signature-verified", "…; after its signature is verified",
			"Images must be signed (`image.cosign_key`). The deploy verifies the signature first, and refuses an image whose signature does not fit the hub, its repository and its tag.",
			[]string{"Nothing."},
		},
		{
			"cluster-unasked", "the cluster was not asked",
			"This event has no access to a cluster, so what is deployed is not known.",
			[]string{"Run `mage plan` where the cluster can be reached."},
		},
		{
			"never-deployed", "never deployed",
			"The cluster has no release of this hub, so the deploy installs one.",
			[]string{"Nothing. If the hub is there, look at which cluster was asked: `mage status` names it."},
		},
		{
			"release-stuck", "stuck: … since …, begun by …",
			"Helm's record says that an upgrade is under way, and the run that began it is gone: it was killed.",
			[]string{"Deploy it: the deploy waits for the lock of the hub, and puts the record in order first.", "Never delete the namespace to get out of it: that deletes the users' data."},
		},
		{
			"scheduled", "…: it goes on with rounds, and does nothing else",
			"The event is a scheduled build of the branch that owns the hub, and `rounds.resume` of hubops.yaml lets it go on with rounds that a push has begun.",
			[]string{"Nothing. What goes in no round, and the first round, the next push deploys."},
		},
		{
			"round-not-done", "waits for …, which is not done: …",
			"The change goes in rounds, and hubs of an earlier round have not got it yet.",
			[]string{"Let the earlier round be deployed: `mage deploy` does it, or the job of its cluster.", "`ALLOW_EARLY=<hub>` deploys one hub before its round."},
		},
		{
			"round-soaks", "waits for …, which soaks until …",
			"All hubs of the earlier round have got the change, and not for as long as `rounds.soak` says.",
			[]string{"Start the run again then, or let a scheduled build do it (`rounds.resume`). `ROUNDS_SOAK=0` leaves out the soak times."},
		},
		{
			"round-unknown", "waits for …, of which nobody knows: …",
			"A cluster with hubs of an earlier round does not answer, or this run has no access to it, so nobody knows whether that round is done.",
			[]string{"Run it where there is access to the cluster that it names, or give the job a login that may read there.", "`ALLOW_EARLY=<hub>` deploys one hub before its round."},
		},
		{
			"release-failed", "… last time, in revision …",
			"The newest revision of the release failed, so it is deployed again.",
			[]string{"Look at what the run that failed has told; `mage diff:hub <hub>` shows what a deploy changes now."},
		},
		{
			"record-missing", "revision … does not say what it was made from",
			"The release has no record of hub-ops: it was made by helm, or by another program. Nobody can tell whether it is what the repository says, so it is deployed.",
			[]string{"Look at `mage diff:hub <hub>` first."},
		},
		{
			"record-copied", "revision … was not made by hub-ops: helm has copied the record of revision … to it",
			"Somebody has changed the release with helm since. The record is about an earlier revision, so the hub is deployed again.",
			[]string{"Find out who, and bring the change into the repository: the deploy takes it back."},
		},
		{
			"image-drifted", "drifted in image: the registry has another one under … since revision …",
			"The tag that is deployed names another image now than when it was deployed.",
			[]string{"Find out who has replaced it. `ALLOW_IMAGE=<digest>` deploys the one that is there."},
		},
		{
			"release-changed", "changed since revision …: …",
			"What the release was made from is not what the repository has now: the parts that differ are named.",
			[]string{"Nothing. `mage diff:hub <hub>` shows the objects that change."},
		},
		{
			"release-unchanged", "unchanged since revision …",
			"The release was made from exactly what the repository has now, so a deploy would change nothing, and is left out.",
			[]string{"Nothing. `DEPLOY_UNCHANGED=1` deploys it all the same."},
		},
		{
			"failed-here", "it failed in this run",
			"This run has tried to deploy the hub, and that failed: it does not try again.",
			[]string{"Mend what is told, and begin another run."},
		},
	}
}
