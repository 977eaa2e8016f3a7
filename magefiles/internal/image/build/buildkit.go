package build

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/image/compress"
	"hub-ops/magefiles/internal/image/content"
	"hub-ops/magefiles/internal/image/engine"
	"hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/image/source/layout"
	"hub-ops/magefiles/internal/process"
)

// BuildKit builds images with a buildkitd, on this machine or anywhere else, through buildctl. What it makes is an OCI
// layout with layers that are compressed already.
type BuildKit struct { //nolint:revive // BuildKit is the name of the program
	Run     *process.Runner
	Path    string // of buildctl
	Address string // as BUILDKIT_HOST has it: unix:///run/buildkit/buildkitd.sock, tcp://…, kube-pod://…
	Layouts string // directory of the images that are not pushed yet
	Scratch string // private directory for build contexts
	version string

	Compression  compress.Compression // of new layers; gzip if ""
	Attestations []string             // that BuildKit makes of an image: "provenance", "sbom"
}

// FindBuildKit connects to the buildkitd. operators is the directory of the operator's Docker configuration, which is
// only read: buildctl takes credentials from a copy.
func FindBuildKit(ctx context.Context, b BuildKit, operators string, target registry.Registry) (*BuildKit, error) {
	if err := registry.WriteDockerConfig(b.config(), operators, target); err != nil {
		return nil, exit.With(exit.Setup, err)
	}
	ctx, cancel := context.WithTimeout(ctx, engine.AnswerTime)
	defer cancel()
	out, err := b.Run.Output(ctx, process.Cmd{Name: b.Path, Args: []string{"--addr", b.Address, "debug", "info", "--format", "{{.BuildkitVersion.Version}}"}})
	if err != nil {
		return nil, exit.Errorf(exit.Setup, "no buildkitd answers at %s: %w", b.Address, err).Try("start it, or unset BUILDKIT_HOST")
	}
	b.version = string(out)
	b.layouts().Sweep()
	return &b, nil
}

// String names the builder, for people.
func (k *BuildKit) String() string { return "buildkitd " + k.version + " at " + k.Address }

func (k *BuildKit) config() string { return filepath.Join(k.Scratch, "docker") }

func (k *BuildKit) layouts() layout.Store { return layout.Store{Dir: k.Layouts} }

// Has reports whether the image was made, and its layout is still there.
func (k *BuildKit) Has(_ context.Context, reference string) bool {
	return k.layouts().Has(reference)
}

// Build makes the image from what Git holds.
func (k *BuildKit) Build(ctx context.Context, repo *git.Repo, b Build) error {
	if err := onlyDocker(b, k); err != nil {
		return err
	}
	from, remove, err := b.export(ctx, repo, k.Scratch)
	if err != nil {
		return err
	}
	defer remove()
	return k.BuildFrom(ctx, b, from)
}

// BuildFrom makes the image from directories.
func (k *BuildKit) BuildFrom(ctx context.Context, b Build, from content.Exported) error {
	err := k.layouts().Write(b.Reference, func(dest string) error {
		args := k.arguments(b, from, dest)
		return k.Run.Run(ctx, process.Cmd{
			Name: k.Path, Args: args, Prefix: b.Hub, Show: process.Quote("buildctl", args...), Env: []string{"DOCKER_CONFIG=" + k.config(), noEpoch},
		})
	})
	if err != nil {
		return buildFailed(b, from, err)
	}
	return nil
}

func (k *BuildKit) arguments(b Build, from content.Exported, dest string) []string {
	output := "type=oci,tar=false," + process.ListItem("dest="+dest)
	if k.Compression == compress.Zstd {
		output += ",compression=zstd,oci-mediatypes=true"
	}
	args := []string{
		"--addr", k.Address, "build", "--progress", "plain", "--frontend", "dockerfile.v0",
		"--local", "context=" + from.Context, "--local", "dockerfile=" + from.Dockerfile, "--output", output,
	}
	if b.CacheFrom != "" {
		args = append(args, "--import-cache", "type=registry,ref="+b.CacheFrom)
	}
	// Every push includes the cache data by which the next build finds its layers again.
	args = append(args, "--export-cache", "type=inline")
	for _, arg := range b.Args() {
		args = append(args, "--opt", "build-arg:"+arg)
	}
	args = append(args, k.ownBases(b)...)
	args = append(args, "--opt", "platform="+strings.Join(b.Content.BuiltFor(), ","))
	for _, what := range k.Attestations {
		args = append(args, "--opt", "attest:"+what+"=")
	}
	for _, label := range b.labels() {
		args = append(args, "--opt", "label:"+label)
	}
	return args
}

// ownBases are the arguments that give the build those bases which this builder has made: as named contexts, since no registry need have
// them yet. See docs.docker.com/build/concepts/context, and NamedContext in frontend/dockerui of BuildKit's source for the names.
func (k *BuildKit) ownBases(b Build) []string {
	var args []string
	for i, base := range b.OwnBases {
		dir, digest, made := k.layouts().Find(base.Reference)
		if !made {
			continue
		}
		store := fmt.Sprintf("base%d", i)
		args = append(args, "--oci-layout", store+"="+dir, "--opt", "context:"+strings.TrimPrefix(base.Reference, "docker.io/")+"=oci-layout://"+store+"@"+digest)
	}
	return args
}
