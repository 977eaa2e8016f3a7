// Package build makes a hub's image with Docker, Podman or BuildKit, from what Git holds, and explains why a build failed. A Build
// goes in; the image stays with its builder. Package connect chooses the builder, package ops/images builds and pushes with it.
//
// A Builder comes from FindDocker, FindPodman or FindBuildKit. It keeps each image until push takes it: Openers returns the
// ways to read one (package source).
//
//	builder, err := build.FindDocker(ctx, runner, scratch, dockerConfig, registry)
//	err = builder.Build(ctx, repo, build.Build{Hub: "a", Reference: "registry.example/a:t1", Content: content, Commit: commit})
package build

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"sort"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/image/content"
	"hub-ops/magefiles/internal/image/source"
)

// Builder makes images, and keeps each until it is pushed.
type Builder interface {
	// Build makes the image from what Git holds. Other files of the working tree do not reach it.
	Build(ctx context.Context, repo *git.Repo, b Build) error
	// Has reports whether the builder has made the image and still has it.
	Has(ctx context.Context, reference string) bool
	// ID returns what the image is that the reference names: it follows from all that the image holds.
	ID(ctx context.Context, reference string) (string, error)
	// Built returns what is known of an image that was made.
	Built(ctx context.Context, reference string) ([]Built, error)
	// String names the builder, for people.
	String() string
	// Openers returns the ways to read an image that was made.
	source.Images
	// Try runs a script in an image that was made.
	Trier
}

// Build is one image to build.
type Build struct {
	Hub       string
	Reference string       // what the image is called
	CacheFrom string       // an image of the registry to take layers from; "" if there is none
	Base      content.Base // what it is built on
	Content   content.Content
	Commit    git.Commit
	OwnBases  []OwnBase // images of the repository that it is built on
	Check     string    // SHA-256 of the check.yaml that the image must pass before it is pushed; "" if it has none
	// Secrets are the names of the repository's secret files, by the hash of what they contain: no image gets one.
	Secrets map[string]string
}

// onMovedBase reports whether the tag says on which base the image is built, and nothing that is only on this machine is among its bases.
func (b Build) onMovedBase() bool { return b.Content.Base != "" && len(b.OwnBases) == 0 }

// OwnBase is an image of the repository that another one is built on.
type OwnBase struct {
	Variable  string // of the Dockerfile, which is given the reference
	Reference string // as the builder has it if this run has built it, or with the digest that the registry has
}

// Args are the build arguments, as NAME=value: those of the content, and the names of the bases.
func (b Build) Args() []string {
	args := slices.Clone(b.Content.Args)
	for _, base := range b.OwnBases {
		args = append(args, base.Variable+"="+base.Reference)
	}
	return args
}

// export writes what the image is built from below scratch.
func (b Build) export(ctx context.Context, repo *git.Repo, scratch string) (from content.Exported, remove func(), err error) {
	dir := filepath.Join(scratch, "context-"+b.Hub)
	remove = func() { _ = os.RemoveAll(dir) }
	remove() // of a build that was ended in its midst
	if from, err = b.Content.Export(ctx, content.Source{Repo: repo, Secrets: b.Secrets}, dir); err != nil {
		remove()
		return from, nil, exit.With(exit.Build, err)
	}
	return from, remove, nil
}

// labels are put on the image, as name=value, sorted. The date is the commit's: the same commit makes the same image.
func (b Build) labels() []string {
	var labels []string
	revision := b.Commit.Hash
	if b.Content.Dirty() {
		revision += "-dirty"
	}
	for name, value := range map[string]string{
		content.LabelRevision: revision, content.LabelSource: b.Commit.Source, content.LabelCreated: b.Commit.Date,
		content.LabelBaseName: b.Base.Name, content.LabelBaseDigest: b.Base.Digest,
		content.LabelCheck: b.Check,
	} {
		if value != "" {
			labels = append(labels, name+"="+value)
		}
	}
	sort.Strings(labels)
	return labels
}

// onePlatform refuses an image for several platforms, which an engine cannot keep.
func onePlatform(b Build, builder Builder) error {
	if len(b.Content.Platforms) > 1 {
		return exit.Input("image.platforms names %d platforms, and %s makes an image for one", len(b.Content.Platforms), builder).Try("set BUILDKIT_HOST")
	}
	return nil
}

// noEpoch keeps builders from taking SOURCE_DATE_EPOCH for a build argument that the tag does not count.
const noEpoch = "SOURCE_DATE_EPOCH="

// arguments are those that docker build and podman build have in common. The platform is always named: the tag does not count where
// the builder runs, nor DOCKER_DEFAULT_PLATFORM.
func (b Build) arguments() []string {
	args := []string{"--platform", b.Content.BuiltFor()[0]}
	for _, arg := range b.Args() {
		args = append(args, "--build-arg", arg)
	}
	for _, label := range b.labels() {
		args = append(args, "--label", label)
	}
	return args
}
