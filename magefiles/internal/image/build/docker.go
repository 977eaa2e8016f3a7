package build

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/image/content"
	"hub-ops/magefiles/internal/image/engine"
	"hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/process"
)

// Docker builds images with a Docker engine: with BuildKit where the client has buildx, with the classic builder
// otherwise.
type Docker struct {
	engine.CLI
	BuildKit bool
	version  string // of the engine
	Root     string // directory of its files
}

// String names the engine and its builder, for people.
func (d *Docker) String() string {
	if d.BuildKit {
		return "Docker engine " + d.version + " with BuildKit"
	}
	return "Docker engine " + d.version + " with its classic builder"
}

// FindDocker returns the engine that answers. operators is the directory of the operator's Docker configuration, which
// is only read. The error says what to do about an engine that does not answer.
func FindDocker(ctx context.Context, runner *process.Runner, scratch, operators string, target registry.Registry) (*Docker, error) {
	if _, err := process.LookPath("docker"); err != nil {
		return nil, exit.Errorf(exit.Setup, "no Docker: %w", err).Try("install Docker Engine, or set BUILD=0 if the images are in the registry")
	}
	d := &Docker{CLI: engine.CLI{Run: runner, Scratch: scratch, Program: "docker"}}
	d.Env = d.environment()
	if err := registry.WriteDockerConfig(d.config(), operators, target); err != nil {
		return nil, exit.With(exit.Setup, err)
	}
	ctx, cancel := context.WithTimeout(ctx, engine.AnswerTime)
	defer cancel()
	tells, err := d.Output(ctx, "info", "--format", "{{println .ServerVersion}}{{println .DockerRootDir}}{{range .ClientInfo.Plugins}}{{.Name}} {{end}}")
	if err != nil {
		return nil, exit.Errorf(exit.Setup, "no Docker engine answers: %w", err).Try("start it, or set DOCKER_HOST")
	}
	version, rest, _ := strings.Cut(tells, "\n")
	root, plugins, _ := strings.Cut(rest, "\n")
	d.version, d.Root, d.BuildKit = version, root, slices.Contains(strings.Fields(plugins), "buildx")
	d.Env = d.environment()
	return d, nil
}

// Build builds the image from the Git tree itself.
func (d *Docker) Build(ctx context.Context, repo *git.Repo, b Build) error {
	if err := onePlatform(b, d); err != nil {
		return err
	}
	from, remove, err := b.export(ctx, repo, d.Scratch)
	if err != nil {
		return err
	}
	defer remove()
	if b.Content.Repo2docker != "" {
		return d.byRepo2docker(ctx, b, from)
	}
	if !d.BuildKit {
		if err := from.ForClassic(); err != nil {
			return exit.With(exit.Build, fmt.Errorf("building the image of hub %s: %w", b.Hub, err))
		}
	}
	if b.CacheFrom != "" && !d.BuildKit {
		// The classic builder takes cached layers only from images that the engine has.
		pull := []string{"pull", "--quiet", "--platform", b.Content.BuiltFor()[0], b.CacheFrom}
		if err := d.Start(ctx, b.Hub, process.Quote("docker", pull...), pull...); err != nil {
			d.Run.Log.Line(b.Hub, "the last image cannot be pulled, so its layers are no cache for this build")
		}
	}
	if !d.BuildKit && b.Base.Digest != "" && !d.refresh(ctx, b) {
		if b.Content.Base != "" {
			return exit.Errorf(exit.Build, "building the image of hub %s: its base %s has moved, and cannot be pulled", b.Hub, b.Base.Name)
		}
		b.Base.Digest = ""
	}
	args := d.arguments(b, from)
	if err := buildFor(ctx, &d.CLI, b, args); err != nil {
		return buildFailed(b, from, err)
	}
	return nil
}

// refresh pulls the base if the engine's copy is not the one in the registry, because the classic builder takes any local image of
// that name. It reports whether the engine has the registry's base now.
func (d *Docker) refresh(ctx context.Context, b Build) bool {
	known, err := d.Output(ctx, "image", "inspect", "--format", "{{json .RepoDigests}}", b.Base.Name)
	if err == nil && strings.Contains(known, "@"+b.Base.Digest+`"`) {
		return true
	}
	pull := []string{"pull", "--quiet", "--platform", b.Content.BuiltFor()[0], b.Base.Name}
	if err := d.Start(ctx, b.Hub, process.Quote("docker", pull...), pull...); err != nil {
		d.Run.Log.Line(b.Hub, "the base cannot be pulled: what the engine has of it, if anything, will be used")
		return false
	}
	return true
}

func (d *Docker) arguments(b Build, from content.Exported) []string {
	args := []string{"build", "--tag", b.Reference}
	if b.CacheFrom != "" {
		args = append(args, "--cache-from", b.CacheFrom)
	}
	if d.BuildKit {
		if b.onMovedBase() {
			args = append(args, "--pull") // without it, the engine takes what it has of that name
		}
		args = append(args, "--progress", "plain", "--load", "--build-arg", "BUILDKIT_INLINE_CACHE=1", "--file", from.File())
	}
	return append(append(args, b.arguments()...), from.Context)
}

func (d *Docker) config() string { return filepath.Join(d.Scratch, "docker") }

// environment chooses the builder, and keeps it from writing below the operator's ~/.docker. No variable of the operator's decides
// what an image holds.
func (d *Docker) environment() []string {
	builder := "DOCKER_BUILDKIT=0"
	if d.BuildKit {
		builder = "DOCKER_BUILDKIT=1"
	}
	return []string{builder, "DOCKER_CONFIG=" + d.config(), "BUILDX_CONFIG=" + filepath.Join(d.Scratch, "buildx"), "DOCKER_CLI_HINTS=false", "DOCKER_DEFAULT_PLATFORM=", noEpoch}
}
