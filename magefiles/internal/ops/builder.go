package ops

import (
	"context"
	"path/filepath"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/image"
)

// builder is the one that was asked for, or that is there: a buildkitd that BUILDKIT_HOST names, a Docker engine, Podman.
func (s *Session) builder(ctx context.Context) (image.Builder, error) {
	c := s.Config
	switch {
	case c.Builder == "docker":
		return s.docker(ctx)
	case c.Builder == "podman":
		return s.podman(ctx)
	case c.Builder == "buildkit" || c.BuildKitHost != "":
		return s.buildKit(ctx)
	}
	if len(c.Attestations) > 0 {
		return nil, exit.Input("image.attestations names %s, which only BuildKit makes: set BUILDKIT_HOST", strings.Join(c.Attestations, " and "))
	}
	docker, err := s.docker(ctx)
	if err == nil {
		return docker, nil
	}
	if podman, noPodman := s.podman(ctx); noPodman == nil {
		return podman, nil
	}
	return nil, err
}

func (s *Session) docker(ctx context.Context) (*image.Docker, error) {
	return image.FindDocker(ctx, s.Run, s.Scratch, s.Config.DockerConfig, s.registry())
}

func (s *Session) podman(ctx context.Context) (*image.Podman, error) {
	return image.FindPodman(ctx, s.Run, s.Scratch, s.Config.DockerConfig, s.registry())
}

func (s *Session) buildKit(ctx context.Context) (*image.BuildKit, error) {
	buildctl, err := s.Tools.Find(ctx, "buildctl")
	if err != nil {
		return nil, err
	}
	kit := image.BuildKit{
		Run: s.Run, Path: buildctl, Address: s.Config.BuildKitHost, Layouts: filepath.Join(s.Config.CacheDir, "images"), Scratch: s.Scratch,
		Compression: image.Compression(s.Config.Compression), Attestations: s.Config.Attestations,
	}
	return image.FindBuildKit(ctx, kit, s.Config.DockerConfig, s.registry())
}

// noBuilder reports whether nothing on this machine builds images, and nobody has said what else should.
func (s *Session) noBuilder(ctx context.Context) bool {
	if s.Config.Builder != "" || s.Config.BuildKitHost != "" {
		return false
	}
	_, err := s.builder(ctx)
	return err != nil && ctx.Err() == nil
}
