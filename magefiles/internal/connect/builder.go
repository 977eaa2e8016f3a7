package connect

import (
	"context"
	"path/filepath"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/image/build"
	"hub-ops/magefiles/internal/image/compress"
	"hub-ops/magefiles/internal/image/registry"
)

// Builder returns what builds images: the builder of the settings, or else the first of these that is there: the buildkitd that
// BUILDKIT_HOST names, a Docker engine, Podman.
func (c *Connections) Builder(ctx context.Context) (build.Builder, error) {
	return c.builder.Get(ctx, func(ctx context.Context) (build.Builder, error) {
		to, err := c.Destination(ctx)
		if err != nil {
			return nil, err
		}
		settings := to.settings
		switch {
		case settings.Builder == "docker":
			return c.Docker(ctx)
		case settings.Builder == "podman":
			return c.Podman(ctx)
		case settings.Builder == "buildkit" || settings.BuildKitHost != "":
			return c.buildKit(ctx, settings.BuildKitHost)
		}
		if len(settings.Attestations) > 0 {
			return nil, exit.Input("image.attestations names %s, which only BuildKit makes", strings.Join(settings.Attestations, " and ")).Try("set BUILDKIT_HOST")
		}
		docker, err := c.Docker(ctx)
		if err == nil {
			return docker, nil
		}
		if podman, noPodman := c.Podman(ctx); noPodman == nil {
			return podman, nil
		}
		return nil, err
	})
}

// Docker finds the Docker engine, also where the settings name another builder.
func (c *Connections) Docker(ctx context.Context) (*build.Docker, error) {
	registry, err := c.Registry(ctx)
	if err != nil {
		return nil, err
	}
	return build.FindDocker(ctx, c.session.Run, c.session.Scratch, c.session.Config.DockerConfig, registry)
}

// Podman finds podman, also where the settings name another builder.
func (c *Connections) Podman(ctx context.Context) (*build.Podman, error) {
	registry, err := c.Registry(ctx)
	if err != nil {
		return nil, err
	}
	return build.FindPodman(ctx, c.session.Run, c.session.Scratch, c.session.Config.DockerConfig, registry)
}

func (c *Connections) buildKit(ctx context.Context, address string) (*build.BuildKit, error) {
	s := c.session
	buildctl, err := s.Tools.Find(ctx, "buildctl")
	if err != nil {
		return nil, err
	}
	registry, err := c.Registry(ctx)
	if err != nil {
		return nil, err
	}
	kit := build.BuildKit{
		Run: s.Run, Path: buildctl, Address: address, Layouts: filepath.Join(s.Config.CacheDir, "images"), Scratch: s.Scratch,
		Compression: compress.Compression(s.Config.Compression), Attestations: s.Config.Attestations,
	}
	return build.FindBuildKit(ctx, kit, s.Config.DockerConfig, registry)
}

// BuilderMissing reports whether this machine has no builder and the settings name none. It does not decide the run's
// destination, so the sandbox can call it before it starts.
func (c *Connections) BuilderMissing(ctx context.Context) bool {
	s := c.session
	if s.Config.Builder != "" || s.Config.BuildKitHost != "" {
		return false
	}
	anonymous := registry.Registry{Template: s.Config.ImageRepository}
	if _, err := build.FindDocker(ctx, s.Run, s.Scratch, s.Config.DockerConfig, anonymous); err == nil {
		return false
	}
	_, err := build.FindPodman(ctx, s.Run, s.Scratch, s.Config.DockerConfig, anonymous)
	return err != nil && ctx.Err() == nil
}
