// Package hub finds the hubs of a repository: each has a chart, and may have an image and secret values. The repository's root
// goes in, hubs with the paths of their files come out. Package survey calls it, and all that works on a hub takes a Hub.
package hub

import (
	"regexp"

	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/exit"
)

// The directories that hubs are found in, relative to the repository's root.
const (
	ChartsDir  = "hub-charts"
	ImagesDir  = "user-images"
	SecretsDir = "secrets"
)

// longestName is Helm's limit for the name of a release: pkg/chart/common/util in its source.
const longestName = 53

// Hub is one hub of the repository. Paths are relative to the root, with slashes.
type Hub struct {
	Name     string // of the hub, its release and its namespace
	ChartDir string
	ImageDir string // "" if the hub has no image of its own
	Secret   string // file of secret values; "" if there is none
	Chart    chart.Chart
}

// label matches an RFC 1123 label, which the name of a namespace must be.
var label = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)

// CheckName returns a bad-input error unless name can be a namespace and a Helm release, and is no namespace of the cluster's own.
func CheckName(name string) error {
	switch {
	case name == "":
		return exit.Input("the hub's name is empty").Try("give one of the directories in %s", ChartsDir)
	case len(name) > longestName:
		return exit.Input("hub name %q has %d characters: a Helm release can have %d", name, len(name), longestName)
	case !label.MatchString(name):
		return exit.Input("hub name %q is no valid namespace", name).Try("use lower-case letters, digits and inner hyphens only")
	}
	return checkReserved(name)
}
