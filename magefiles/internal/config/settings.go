package config

import "slices"

// Setting is one thing that can be set: in hubops.yaml, by an environment variable, or both.
type Setting struct {
	Key     string // path in hubops.yaml; "" for what belongs to a run and not to a project
	Env     string // environment variable, which wins over the file
	Default string
	Help    string
	Secret  bool // the value is masked in all output and kept from child processes
	access  access
	field   func(*Config) any
	rule    rule // for what is allowed, where not all of its type is
}

// access is what a setting gives access to. keep removes it from a run whose event may not have that.
type access int

const (
	_           access = iota
	forRegistry        // for all but forks
	forDeploy          // for a push to a deploying branch, and for local runs
	forReview          // for the pull request on which it may comment: see ci.ReviewOf
)

// Settings is the one table of names, defaults and help. The reference in docs/ is made from it.
var Settings = slices.Concat(projectSettings, layoutSettings, imageSettings, imagesSettings, clusterSettings, deploySettings, roundSettings, announceSettings)
