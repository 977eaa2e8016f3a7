// Package content makes an image's tag from everything that decides the image: a hash of the build context's Git tree, of the
// shared directories, of build arguments, platforms and the base. The same content has the same tag on every machine, so the
// registry can be asked whether it has the image.
//
//	content.Content{Context: tree, Args: []string{"PYTHON=3.12"}}.Tag() // "t0123456789ab"
//
// In go trees of package git; out come a tag, and the files for a build (Export). It asks no network. Callers are the survey
// of a run, build, registry and prune.
package content

import (
	"hub-ops/magefiles/internal/git"
)

// Content is everything of the repository that decides what an image holds.
type Content struct {
	Context git.Tree   // of the directory with the Dockerfile
	Shared  []git.Tree // directories that are copied into every context, each under its own name
	Args    []string   // build arguments, as NAME=value
	// Platforms that the image is for, as linux/arm64; none: DefaultPlatform, whatever the builder runs on.
	Platforms []string
	// Base is the digest of a base image that has moved since the image was built, if that is a reason to build it anew.
	Base string
	// Repo2docker is the version of the program that builds the image, where there is no Dockerfile; "" where there is one.
	Repo2docker string
	// Bases are images of this repository that it is built on: it is another image when one of them is.
	Bases []OwnBase
}

// OwnBase is an image of the repository as the base of another one.
type OwnBase struct {
	Variable string // of the Dockerfile, which is given the base's name
	Content  Content
}

// Recipes are the files that repo2docker builds an image from, where there is no Dockerfile: repo2docker.readthedocs.io, "Configuration Files".
var Recipes = []string{"environment.yml", "requirements.txt"}

// DefaultPlatform is what an image is built for where no platform is named: the same on every machine, because it is not in the tag.
const DefaultPlatform = "linux/amd64"

// BuiltFor returns the platforms that the image is built for.
func (c Content) BuiltFor() []string {
	if len(c.Platforms) == 0 {
		return []string{DefaultPlatform}
	}
	return c.Platforms
}
