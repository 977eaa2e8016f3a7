// Package layout says where the parts of hubs lie in a repository, and which hubs there are. Settings and the names of files go in,
// hubs with the paths of their parts come out. It is pure. Package config checks the settings with it, package hub finds hubs.
//
// Parts are named by patterns, paths with placeholders: {hub}, {env} for the environment, {cluster}. A hub is there where the pattern
// of hubs fits a file or a directory.
//
//	settings := layout.Settings{
//		Hubs:         "deployments/{hub}/hubploy.yaml",
//		Environments: []layout.Environment{{Branch: "staging", Name: "staging"}, {Branch: "production", Name: "prod"}},
//		Values:       []string{"deployments/{hub}/config/common.yaml", "deployments/{hub}/config/{env}.yaml"},
//	}
//	places, err := settings.Find(names) // datahub-staging, datahub-prod
package layout

import (
	"fmt"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/pattern"
)

// Settings are what hubops.yaml says of the layout. Paths are relative to the repository's root, with slashes.
type Settings struct {
	Hubs         string        // a file or directory whose presence makes a hub
	Ignore       []string      // names, or patterns of path.Match, that Hubs fits and that are no hubs
	Environments []Environment // in which each hub is deployed by itself; none: a hub is deployed once
	Parts
}

// Parts are where the parts of a hub lie. A file whose pattern ends in "?" may be missing.
type Parts struct {
	Chart   Chart
	Values  []string // files, later ones win
	Secrets []string // files of secret values, which go after Values
	Image   string   // a directory with a Dockerfile, which may be missing; "" for no images
	Images  []Image  // others that a hub can have, sorted by their keys

	Cluster   string // that the hub is on, if Hubs does not say it by {cluster}
	Release   string // the pattern of the release's name; "" for the hub's
	Namespace string // and that of its namespace
}

// Image is an image that hubs can have beside that of Parts.Image.
type Image struct {
	Key string
	Dir string // a pattern of the directory with its Dockerfile; "" for one that is built elsewhere
	Elsewhere
	Hubs  []string // names or patterns of the hubs that have it; none: all
	At    string   // where it is set: hubops.yaml:12
	Names []string // value paths that receive its name
	Tags  []string // value paths that receive its tag
	Whole []string // value paths that receive both as one text
}

// Into is how many values receive it.
func (i Image) Into() int { return len(i.Names) + len(i.Tags) + len(i.Whole) }

// Of reports whether the image is one of a hub's.
func (i Image) Of(n Names) bool {
	return len(i.Hubs) == 0 || slices.ContainsFunc(i.Hubs, func(one string) bool { return pattern.Fits(one, n.Name()) })
}

// Chart is what a hub is deployed from: a directory of the repository, or a chart that is published.
type Chart struct {
	Dir        string // a pattern
	Name       string // of a published chart
	Version    string
	Repository string // https://… or oci://…
	Line       int    // of hubops.yaml, where the version of a published chart stands
}

// Published reports whether the chart comes from a chart repository.
func (c Chart) Published() bool { return c.Name != "" }

// Environment is what a branch deploys of each hub.
type Environment struct {
	Branch string
	Name   string
}

// Default is the layout of a repository that says nothing else: a chart a hub.
func Default() Settings {
	return Settings{
		Hubs:  "hub-charts/{hub}",
		Parts: Parts{Chart: Chart{Dir: "hub-charts/{hub}"}, Secrets: []string{"secrets/{hub}.yaml?"}, Image: "user-images/{hub}"},
	}
}

// Names are what the placeholders stand for, for one hub.
type Names struct{ Hub, Env, Cluster string }

// of returns the name for a placeholder.
func (n Names) of(placeholder string) string {
	switch placeholder {
	case "hub":
		return n.Hub
	case "env":
		return n.Env
	}
	return n.Cluster
}

// with returns the names with another one for a placeholder.
func (n Names) with(placeholder, name string) Names {
	switch placeholder {
	case "hub":
		n.Hub = name
	case "env":
		n.Env = name
	default:
		n.Cluster = name
	}
	return n
}

// Name is the name of the hub among all of the repository: hub, hub-env, or cluster-hub.
func (n Names) Name() string {
	var parts []string
	for _, part := range []string{n.Cluster, n.Hub, n.Env} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "-")
}

// Place is one hub that was found.
type Place struct {
	Names
	At string // the file or directory that makes it a hub
}

// Located are the paths of a hub's parts. Those that may be missing need not be there.
type Located struct {
	ChartDir  string // "" for a published chart
	Values    []File
	Secrets   []File
	Image     string
	ImageName string // the image's name among all of the repository: hubs with one image have one name for it
	Images    []LocatedImage
}

// ImageDirs are the directories of all images that are built here.
func (l Located) ImageDirs() []string {
	var dirs []string
	if l.Image != "" {
		dirs = append(dirs, l.Image)
	}
	for _, image := range l.Images {
		if !image.BuiltElsewhere() {
			dirs = append(dirs, image.Dir)
		}
	}
	return dirs
}

// LocatedImage is one of Parts.Images for a hub.
type LocatedImage struct {
	Image
	Name string // among all of the repository's images; of one that is built elsewhere, the repository that it is in
}

// File is one file of a hub.
type File struct {
	Path     string
	Optional bool // it may be missing
}

// ImageNames are what the images of a hub are called that are built here, whether they are there or not.
func (p Parts) ImageNames(n Names) ([]string, error) {
	located, err := Parts{Image: p.Image, Images: p.Images, Cluster: p.Cluster}.Locate(n)
	if err != nil {
		return nil, err
	}
	var names []string
	if located.ImageName != "" {
		names = append(names, located.ImageName)
	}
	for _, image := range located.Images {
		if !image.BuiltElsewhere() {
			names = append(names, image.Name)
		}
	}
	return names, nil
}

// Locate fills in the patterns of the parts for a hub.
func (p Parts) Locate(n Names) (located Located, err error) {
	if n.Cluster == "" {
		n.Cluster = p.Cluster
	}
	if located.ChartDir, err = fill(p.Chart.Dir, n); err != nil {
		return located, fmt.Errorf("layout.chart: %w", err)
	}
	if located.Image, err = fill(p.Image, n); err != nil {
		return located, fmt.Errorf("layout.image: %w", err)
	}
	located.ImageName = imageName(p.Image, located.Image, n)
	if located.Values, err = fillAll(p.Values, n); err != nil {
		return located, fmt.Errorf("layout.values: %w", err)
	}
	if located.Secrets, err = fillAll(p.Secrets, n); err != nil {
		return located, fmt.Errorf("layout.secrets: %w", err)
	}
	for _, image := range p.Images {
		if !image.Of(n) {
			continue
		}
		one, err := image.locate(n)
		if err != nil {
			return located, err
		}
		located.Images = append(located.Images, one)
	}
	return located, nil
}

// locate fills in the patterns of an image for a hub.
func (i Image) locate(n Names) (one LocatedImage, err error) {
	one.Image = i
	switch {
	case i.BuiltElsewhere():
		if one.From, err = fillFrom(i.From, n); err != nil {
			return one, fmt.Errorf("images.%s.from: %w", i.Key, err)
		}
		one.Name, _, _ = one.Parts()
		return one, nil
	case i.Dir == "":
		return one, fmt.Errorf("images.%s (%s) names neither a directory that it is built in nor, by from, an image that is built elsewhere", i.Key, i.At)
	}
	if one.Dir, err = fill(i.Dir, n); err != nil {
		return one, fmt.Errorf("images.%s.directory: %w", i.Key, err)
	}
	one.Name = keyedName(i, n)
	return one, nil
}
