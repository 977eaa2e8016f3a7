package document

// Diff is what a deploy of one hub would change.
type Diff struct {
	Version   int      `json:"version" means:"1. It grows when a field vanishes or means something else, not when one is added."`
	Kind      string   `json:"kind" means:"diff"`
	Hub       string   `json:"hub" means:"Its name."`
	State     string   `json:"state" means:"How its release differs from the repository, in words."`
	Unchanged bool     `json:"unchanged" means:"A deploy changes nothing."`
	Changes   []Change `json:"changes" means:"Each object that differs."`
	Users     string   `json:"users" means:"What it means for users; empty if nothing changes."`
	Refused   string   `json:"refused" means:"Why a deploy refuses it; empty if it does not."`
	Against   string   `json:"against" means:"What it is compared with: the cluster, or a commit."`
	Unknown   string   `json:"unknown" means:"Why the objects, or some of what changes, are not known; empty if they are."`
	Deletes   string   `json:"deletes" means:"The claims and workloads that it deletes, which a deploy refuses without ALLOW_DELETE; empty if there are none."`
}

// Change is one object that differs.
type Change struct {
	Object string `json:"object" means:"Kind, namespace and name."`
	Action string `json:"action" means:"new, changed or gone."`
	Diff   string `json:"diff" means:"The unified difference of the YAML of one that has changed; secret values are never in it."`
}
