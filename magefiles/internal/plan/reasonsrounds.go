package plan

// roundReasons are those of rounds, beside the ones that stand among the releases.
func roundReasons() []Reason {
	return []Reason{
		{
			"round-failed", "waits for …, which failed at …",
			"A hub of an earlier round has failed, or is not well any more, so no later round begins.",
			[]string{"Mend that hub, or revert the change; what was not begun never had it.", "`ALLOW_EARLY=<hub>` deploys one hub before its round."},
		},
		{
			"round-unseen", "waits for …, and this run does not look at …: …",
			"The run is about some hubs, and none of them says how far an earlier round is.",
			[]string{"`mage deploy` looks at all hubs.", "`ALLOW_EARLY=<hub>` deploys one hub before its round."},
		},
		{
			"round-tool", "…, and round … gets another hub-ops or helm: this one has it first",
			"Hubs of a later round get another version of hub-ops or helm with their change. No round begins with what the one before has not had, so this hub is deployed although it is unchanged.",
			[]string{"Nothing. `rounds.for` says which changes go in rounds."},
		},
		{
			"round-early", "…; ALLOW_EARLY=…, before round … is done",
			"An operator has said that this hub is deployed before its round.",
			[]string{"Nothing."},
		},
		{
			"resume-not-begun", "… no hub of an earlier round has got it yet: a push begins",
			"A scheduled build goes on with rounds that a push has begun, and this change was not begun: no hub of an earlier round has it.",
			[]string{"Push to the branch, or start its last build again."},
		},
		{
			"resume-not-in-rounds", "… that goes in no round, so a push deploys it",
			"A scheduled build deploys nothing but what goes in rounds (`rounds.for`).",
			[]string{"Push to the branch, or start its last build again."},
		},
		{
			"resume-failed", "… what failed is not tried again before a push",
			"The deploy of this change has failed. A scheduled build would fail again and again, so somebody is to look at it first.",
			[]string{"Look at what the run that failed has told, mend it, and push."},
		},
		{
			"resume-blocked", "… a push looks at that",
			"Something is in the way of the deploy, which the reason names. A scheduled build leaves it to a push, whose run fails and so is seen.",
			[]string{"Mend what the reason names, and push."},
		},
		{
			"other-share", "is in share …",
			"The hubs are divided among several jobs (`SHARE`), and another one of them has this hub.",
			[]string{"Nothing: the job of that share does it."},
		},
		{
			"wave-not-done", "wave … is not done: …, which …",
			"The hub is of a later wave than one that another job of the run has, and that one is not deployed yet: its job is still at work, or it has failed.",
			[]string{"Let the jobs of a wave begin when those of the earlier one have ended, as the files of [the matrix](/howto/ci-matrix) do.", "If the earlier job has failed, mend what it tells, and begin both again."},
		},
		{
			"release-elsewhere", "never deployed here, and …",
			"The cluster has no release of the hub where it should be, and one that carries our record of it somewhere else: with another name, in another namespace, or on another cluster. A second hub would have none of its users' data.",
			[]string{"Name the place in hubops.yaml as it is, or remove the old one with `mage remove:hub` first.", "`ALLOW_SECOND=<hub>` installs it beside the other."},
		},
	}
}
