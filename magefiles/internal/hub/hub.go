// Package hub finds the hubs of a repository: each has a chart, and may have values, secret values and an image. The repository's root
// and its layout go in, hubs with the paths of their files come out. Package survey calls it, and all that works on a hub takes a Hub.
package hub

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/chart"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/secretdir"
)

// The directories of the layout that needs no settings, relative to the repository's root. SecretsDir has the credentials of the
// repository as a whole in every layout.
const (
	ChartsDir  = "hub-charts"
	ImagesDir  = "user-images"
	SecretsDir = secretdir.Name
)

// longestName is Helm's limit for the name of a release: pkg/chart/common/util in its source.
const longestName = 53

// Hub is one hub of the repository. Paths are relative to the root, with slashes.
type Hub struct {
	Name        string            // among all of the repository
	At          layout.Address    // where its release is
	Environment string            // "" if the repository has none
	ChartDir    string            // "" for a published chart
	Published   *chart.Dependency // the chart if it is published; nil if it is in ChartDir
	PublishedAt int               // the line of hubops.yaml with its version
	Values      []string          // files of values beside those of the chart, later ones win
	Secrets     []string          // files of secret values, which go after Values
	Images      []Image           // each after those that it is built on
	Chart       chart.Chart
}

// ValueFiles lists the files of values that are not secret, later ones win: the chart's own goes first.
func (h Hub) ValueFiles() []string {
	if h.Published != nil {
		return h.Values
	}
	return append([]string{path.Join(h.ChartDir, "values.yaml")}, h.Values...)
}

// label matches an RFC 1123 label, which the name of a namespace must be.
var label = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)

// CheckName returns a bad-input error unless name can be a namespace and a Helm release, and is no namespace of the cluster's own.
func CheckName(name string) error {
	switch {
	case name == "":
		return exit.Input("the hub's name is empty").Try("give the name of one: 'mage plan' lists them")
	case len(name) > longestName:
		return exit.Input("hub name %q has %d characters: a Helm release can have %d", name, len(name), longestName)
	case !label.MatchString(name):
		return exit.Input("hub name %q is no valid namespace", name).Try("use lower-case letters, digits and inner hyphens only")
	}
	return checkReserved(name)
}

// ImagePaths returns the value paths of an image as the hub's chart has them: jupyterhub.singleuser.image is singleuser.image where
// the chart is jupyterhub itself, and does not depend on it.
func (h Hub) ImagePaths(paths []string) []string {
	wrapped := h.Published == nil && slices.ContainsFunc(h.Chart.Dependencies, func(d chart.Dependency) bool { return d.Name == h.Chart.Name })
	own := slices.Clone(paths)
	for i, path := range own {
		if rest, within := strings.CutPrefix(path, h.Chart.Name+"."); within && !wrapped {
			own[i] = rest
		}
	}
	return own
}
