package document

// Deploy is what became of each hub in a deploy.
type Deploy struct {
	Version int           `json:"version" means:"1. It grows when a field vanishes or means something else, not when one is added."`
	Kind    string        `json:"kind" means:"deploy"`
	Commit  string        `json:"commit" means:"The whole hash of the commit that is checked out."`
	Hubs    []DeployedHub `json:"hubs" means:"The hubs that were asked for, by their names."`
	Stopped string        `json:"stopped" means:"Why nothing, or nothing more, was deployed: the branch has moved on. Empty otherwise."`
}

// DeployedHub is what became of one hub.
type DeployedHub struct {
	Hub      string  `json:"hub" means:"Its name."`
	Cluster  string  `json:"cluster" means:"Which of several clusters it is on; empty where there is one."`
	Is       string  `json:"is" means:"done, failed, not begun (another hub failed, or its cluster did not answer), waits (for an earlier round), or left out (the plan has nothing to do)."`
	Text     string  `json:"text" means:"The outcome in words, or what went wrong."`
	Remedy   string  `json:"remedy" means:"What to do about a failure; empty if nothing is known."`
	ExitCode int     `json:"exit_code" means:"The exit code of its failure; 0 if it did not fail."`
	Seconds  float64 `json:"seconds" means:"How long it took; 0 if it was not begun."`
}

// What can become of a hub.
const (
	Done     = "done"
	Failed   = "failed"
	NotBegun = "not begun"
	Waits    = "waits"
	LeftOut  = "left out"
)
