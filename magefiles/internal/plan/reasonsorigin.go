package plan

// originReasons are those of the default branch at origin, and of where branches are now.
func originReasons() []Reason {
	return []Reason{
		{
			"no-branch-at-origin", "no branch owns hub … by … of …, which decides",
			"hubops.yaml of the checkout gives the hub to a branch, and that of the default branch at origin does not. The default branch decides: whoever can push a branch can write the file of that branch.",
			[]string{"Name the hub below the branch in `branches` of hubops.yaml on the default branch, and push that first."},
		},
		{
			"other-branch-at-origin", "hub of branch … by … of …, which decides; the branch is …",
			"hubops.yaml of the checkout gives the hub to this branch, and that of the default branch at origin gives it to another. The default branch decides.",
			[]string{"Push the change to the branch that owns it.", "To move the hub, change `branches` in hubops.yaml on the default branch first."},
		},
		{
			"origin-unasked", "which branch owns hub … is not known: origin was not asked",
			"Which branch owns a hub, the default branch at origin says, and this run has not asked it.",
			[]string{"See that `git ls-remote origin` works in the job, with the credentials of the run."},
		},
		{
			"stale-build", "stale build: …",
			"The branch has moved on, or was deleted, since this build was started. An older build does not deploy over a newer one.",
			[]string{"Nothing: the build of the newer commit deploys."},
		},
	}
}
