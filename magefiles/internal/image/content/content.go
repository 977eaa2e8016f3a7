package content

import (
	"hub-ops/magefiles/internal/git"
)

// Content is everything of the repository that decides what an image holds.
type Content struct {
	Context git.Tree   // of the directory with the Dockerfile
	Shared  []git.Tree // directories that are copied into every context, each under its own name
	Args    []string   // build arguments, as NAME=value
	// Platforms that the image is for, as linux/arm64; none: the builder's own.
	Platforms []string
	// Base is the digest of a base image that has moved since the image was built, if that is a reason to build it anew.
	Base string
}
