package onehub

import (
	"context"
	"slices"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/build"
	"hub-ops/magefiles/internal/image/cosign"
	"hub-ops/magefiles/internal/image/engine"
	"hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/process"
)

// shellImage is the image that a shell starts.
type shellImage struct {
	*run.Run
	cli   *engine.CLI
	hub   hub.Hub
	image hub.Image
	fact  plan.ImageFacts
	tag   string // in full
}

// String is the image with its tag and, if the registry has it, its digest.
func (s shellImage) String() string {
	if s.fact.Digest == "" {
		return s.tag
	}
	return s.tag + "@" + s.fact.Digest
}

// ready returns what the engine knows the image by that the shell is to start. What the registry has is taken by the digest that the plan was
// made with, after its signature where deploys want one: somebody else may have moved the tag. What it does not have is what this machine has built.
func (s shellImage) ready(ctx context.Context) (reference string, err error) {
	images, err := s.To.Registry(ctx)
	if err != nil {
		return "", err
	}
	signer, err := s.To.Signer(ctx)
	if err != nil {
		return "", err
	}
	switch {
	case s.fact.Unsure && signer != nil:
		return "", exit.Errorf(exit.Setup, "the registry does not tell this machine what it has as %s, so no signature of it can be looked at", s.tag).Try("log in to the registry: 'docker login'")
	case s.fact.Digest == "" && !s.cli.Has(ctx, s.tag):
		return "", exit.Input("neither this machine nor the registry has the image of hub %s, %s", s.hub.Name, s.tag).Try("run 'mage build:hub %s'", s.hub.Name)
	case s.fact.Unsure:
		s.Console.Note(s.hub.Name, "%s is what this machine has: the registry does not tell it what it has", s.tag)
		return s.tag, nil
	case s.fact.Digest == "":
		s.Console.Info(s.hub.Name, "%s is what this machine has: the registry has none", s.tag)
		return s.tag, nil
	}
	pinned := images.Pinned(s.image.Name, s.fact.Digest)
	if signer != nil {
		if err := s.checkSigned(ctx, signer, images.Repository(s.image.Name), pinned); err != nil {
			return "", err
		}
	}
	return s.pinned(ctx, images, pinned)
}

// checkSigned refuses an image that the key has not signed for this hub and tag. A deploy also takes one whose signature says neither, where a
// release records it: no cluster is asked here.
func (s shellImage) checkSigned(ctx context.Context, signer *cosign.Cosign, repository, pinned string) error {
	signed, err := signer.Verify(ctx, pinned, cosign.Subject{Hub: s.image.Name, Repository: repository, Tag: s.fact.Tag})
	switch {
	case cosign.Unsigned(err):
		return exit.Errorf(exit.Push, "no shell is started in the image of hub %s: %s: %w", s.hub.Name, pinned, err).
			Try("find out who put it there; REBUILD=1 and push:hub %s, with COSIGN_PRIVATE_KEY, builds, pushes and signs it anew", s.hub.Name)
	case err != nil:
		return err
	}
	s.Console.Info(s.hub.Name, "the signature of %s is good: %s", pinned, signed)
	return nil
}

// pinned returns what the engine knows this very image by. It is pulled by its digest where the engine does not have it, or has another one under its tag.
func (s shellImage) pinned(ctx context.Context, images registry.Registry, pinned string) (string, error) {
	if s.cli.Has(ctx, pinned) {
		return pinned, nil
	}
	if s.cli.Has(ctx, s.tag) {
		here, err := s.cli.Inspect(ctx, s.tag)
		if err != nil {
			return "", exit.With(exit.Build, err)
		}
		ids, err := images.EngineIDs(ctx, s.image.Name, s.fact.Digest)
		if err != nil {
			return "", err
		}
		if id := build.WithAlgorithm(here.ID); slices.Contains(ids, id) {
			return here.ID, nil
		}
		s.Console.Note(s.hub.Name, "this machine has another image as %s than the registry, whose is taken; REBUILD=1 and push:hub %s make it that of this machine", s.tag, s.hub.Name)
	}
	if err := s.cli.Start(ctx, s.hub.Name, process.Quote(s.cli.Program, "pull", pinned), "pull", pinned); err != nil {
		return "", exit.With(exit.Build, err)
	}
	return pinned, nil
}
