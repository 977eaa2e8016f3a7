package build

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/image/content"
	"hub-ops/magefiles/internal/image/engine"
	"hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/process"
)

// Podman builds images with podman, as root or not: docs.podman.io.
type Podman struct {
	engine.CLI
	version string
	root    string // directory of its files
}

// FindPodman returns the podman on PATH, if it works. operators is the directory of the operator's Docker configuration,
// which podman reads credentials from, too; podman gets a copy.
func FindPodman(ctx context.Context, runner *process.Runner, scratch, operators string, target registry.Registry) (*Podman, error) {
	if _, err := process.LookPath("podman"); err != nil {
		return nil, exit.Errorf(exit.Setup, "no Podman: %w", err).Try("install it, or choose another BUILDER")
	}
	config := filepath.Join(scratch, "docker")
	if err := registry.WriteDockerConfig(config, operators, target); err != nil {
		return nil, exit.With(exit.Setup, err)
	}
	p := &Podman{CLI: engine.CLI{Run: runner, Scratch: scratch, Program: "podman"}}
	p.Env = []string{"DOCKER_CONFIG=" + config, "REGISTRY_AUTH_FILE=" + filepath.Join(config, "config.json"), noEpoch}
	if target.Host != "" {
		settings := filepath.Join(scratch, "registries.conf")
		if err := os.WriteFile(settings, fmt.Appendf(nil, "[[registry]]\nlocation = %q\ninsecure = true\n", target.Host), 0o600); err != nil {
			return nil, exit.With(exit.Setup, err)
		}
		p.Env = append(p.Env, "CONTAINERS_REGISTRIES_CONF="+settings) // the sandbox's has no TLS
	}
	ctx, cancel := context.WithTimeout(ctx, engine.AnswerTime)
	defer cancel()
	var err error
	if p.version, err = p.Output(ctx, "version", "--format", "{{.Client.Version}}"); err != nil {
		return nil, exit.With(exit.Setup, fmt.Errorf("podman does not work: %w", err))
	}
	if p.root, err = p.Output(ctx, "info", "--format", "{{.Store.GraphRoot}}"); err != nil {
		return nil, exit.With(exit.Setup, fmt.Errorf("podman does not tell of itself: %w", err))
	}
	return p, nil
}

// String names the builder, for people.
func (p *Podman) String() string { return "podman " + p.version }

// Build builds the image from the Git tree itself.
func (p *Podman) Build(ctx context.Context, repo *git.Repo, b Build) error {
	if err := onePlatform(b, p); err != nil {
		return err
	}
	if err := onlyDocker(b, p); err != nil {
		return err
	}
	from, remove, err := b.export(ctx, repo, p.Scratch)
	if err != nil {
		return err
	}
	defer remove()
	args := p.arguments(b, from)
	if err := buildFor(ctx, &p.CLI, b, args); err != nil {
		return buildFailed(b, from, err)
	}
	return nil
}

// arguments asks for Docker's format: every engine and Kubernetes can pull it, and HEALTHCHECK and SHELL are kept.
func (p *Podman) arguments(b Build, from content.Exported) []string {
	pull := "--pull=newer" // or what is there, where no registry answers
	if b.onMovedBase() {
		pull = "--pull=always"
	}
	args := []string{
		"build", "--format", "docker", "--layers", pull, "--tag", b.Reference,
		"--file", from.File(), "--ignorefile", filepath.Join(from.Dockerfile, content.NothingIgnored),
	}
	return append(append(args, b.arguments()...), from.Context)
}
