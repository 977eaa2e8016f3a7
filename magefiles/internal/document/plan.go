package document

// Plan is what a run would do, and why.
type Plan struct {
	Version  int          `json:"version" means:"1. It grows when a field vanishes or means something else, not when one is added."`
	Kind     string       `json:"kind" means:"plan"`
	Event    string       `json:"event" means:"Why the run happens: local run, push to main, pull request to main."`
	Branch   string       `json:"branch" means:"The branch that the event is about; empty for a local run."`
	Commit   string       `json:"commit" means:"The whole hash of the commit that is checked out."`
	Images   string       `json:"images" means:"Where the images of hubs are, with {hub} for the hub; empty if that is not set."`
	Hubs     []PlannedHub `json:"hubs" means:"All hubs, by their names."`
	Problems []string     `json:"problems" means:"What else wants an eye: a name that fits no hub, a cluster that did not answer."`
	Orphans  []string     `json:"orphans" means:"Releases whose hubs are no longer in the repository, a sentence each."`
}

// PlannedHub is what happens to one hub.
type PlannedHub struct {
	Hub         string         `json:"hub" means:"Its name."`
	Cluster     string         `json:"cluster" means:"Which of several clusters it is on; empty where there is one."`
	Owner       string         `json:"owner" means:"The branch that owns it; empty if none does."`
	Round       int            `json:"round" means:"Its round; 0 where nothing goes in rounds."`
	Wave        int            `json:"wave" means:"Its wave on its cluster, the first is 1."`
	Images      []PlannedImage `json:"images" means:"Its images, each after those that it is built on."`
	Build       Step           `json:"build" means:"Whether any of its images is built."`
	Push        Step           `json:"push" means:"Whether any of its images is pushed."`
	Deploy      Step           `json:"deploy" means:"Whether it is deployed."`
	Uncommitted []string       `json:"uncommitted" means:"Files that would be deployed, and are in no commit."`
}

// PlannedImage is what happens to one image.
type PlannedImage struct {
	Key   string `json:"key" means:"Its key among the hub's images; empty for the only one."`
	Tag   string `json:"tag" means:"Its tag, which is made from its content."`
	Build Step   `json:"build" means:"Whether it is built."`
	Check Step   `json:"check" means:"Whether it is checked by its check.yaml, before the push; without a reason it has none."`
	Push  Step   `json:"push" means:"Whether it is pushed."`
}

// Step is one thing that could be done.
type Step struct {
	Do     bool   `json:"do" means:"It is done."`
	Is     string `json:"is" means:"yes, no, waits (for an earlier round) or refused."`
	Reason string `json:"reason" means:"Why, in words."`
}
