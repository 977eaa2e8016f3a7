package document

// Status is what the clusters hold.
type Status struct {
	Version  int             `json:"version" means:"1. It grows when a field vanishes or means something else, not when one is added."`
	Kind     string          `json:"kind" means:"status"`
	Clusters []ClusterStatus `json:"clusters" means:"Each cluster that has answered."`
}

// ClusterStatus is what one cluster holds.
type ClusterStatus struct {
	Cluster  string      `json:"cluster" means:"Its name in hubops.yaml; empty where there is one."`
	Server   string      `json:"server" means:"What the terminal shows: its context and its address."`
	Hubs     []HubStatus `json:"hubs" means:"Hubs of the repository, and releases of ours that are in it no longer."`
	Notes    []string    `json:"notes" means:"Images whose base has moved since, a sentence each."`
	Problems []string    `json:"problems" means:"What keeps hubs from being deployed, a sentence each."`
	Orphans  []string    `json:"orphans" means:"Releases whose hubs are no longer in the repository, a sentence each."`
}

// HubStatus is what a cluster holds of one hub.
type HubStatus struct {
	Hub          string          `json:"hub" means:"Its name."`
	Namespace    string          `json:"namespace" means:"Where its release is."`
	Release      string          `json:"release" means:"The release's name."`
	InRepository bool            `json:"in_repository" means:"The repository has the hub, and would deploy it there."`
	Status       string          `json:"status" means:"Helm's status of the newest revision; empty if it was never deployed."`
	Revision     int             `json:"revision" means:"The newest revision; 0 if there is none."`
	Commit       string          `json:"commit" means:"The commit that it was deployed from, abbreviated."`
	Images       []DeployedImage `json:"images" means:"The images that it was deployed with; none if it has none of its own."`
	Pods         Pods            `json:"pods" means:"The pods of its namespace that are not completed."`
	Unchanged    bool            `json:"unchanged" means:"A deploy would change nothing."`
	State        string          `json:"state" means:"How it differs from the repository, in words."`

	Chart           string  `json:"chart" means:"The chart that it was made from, name and version: the first that the hub's own depends on, or that itself. Empty if nobody knows."`
	Behind          int     `json:"behind" means:"How many commits have changed the hub's own files since it was deployed; -1 if nobody knows, as in a shallow clone."`
	ImageMade       string  `json:"image_made" means:"When the first of its images was made, in RFC 3339; empty if nobody knows."`
	Users           int     `json:"users" means:"How many servers of users there are."`
	Deployed        string  `json:"deployed" means:"When the newest revision was begun, by the clock of the API server, in RFC 3339; empty if there is none."`
	DeployedBy      string  `json:"deployed_by" means:"Who made it: a run of CI such as travis-12, or ann@laptop. Empty if it does not say that."`
	DeployedSeconds float64 `json:"deployed_seconds" means:"How long helm took for it; 0 if it is not deployed, or nobody knows."`
}

// DeployedImage is an image that a release records.
type DeployedImage struct {
	Key    string `json:"key" means:"Its key among the hub's images; empty for the only one."`
	Tag    string `json:"tag" means:"Its tag."`
	Digest string `json:"digest" means:"The digest that the registry has under the tag, abbreviated; or why it is not known."`
}

// Pods is how many there are.
type Pods struct {
	Ready int `json:"ready" means:"How many are ready."`
	All   int `json:"all" means:"How many there are."`
}
