package ops

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image"
	"hub-ops/magefiles/internal/image/cosign"
	"hub-ops/magefiles/internal/plan"
)

// PushHub brings the image of one hub to the registry unless it is there.
func PushHub(name string) Verb {
	return func(ctx context.Context, s *Session) error { return s.push(ctx, one(name)) }
}

// PushAll brings the images to the registry that it does not have.
func PushAll(ctx context.Context, s *Session) error { return s.push(ctx, selection{}) }

func (s *Session) push(ctx context.Context, which selection) error {
	v, err := s.survey(ctx, which.names...)
	if err != nil {
		return err
	}
	if err := s.lockCheckout(); err != nil {
		return err
	}
	step := func(name string) plan.Step { return v.of(name).Push }
	builder, err := s.builderFor(ctx, v, func(name string) plan.Step {
		return plan.Step{Do: v.of(name).Push.Do && v.of(name).Build.Do} // what else is pushed lacks a signature only
	})
	if err != nil {
		return err
	}
	var signer *cosign.Cosign
	if v.any(step) {
		if signer, err = s.cosign(ctx); err != nil {
			return err
		}
	}
	defer s.Console.Beat(heartbeat, "pushing")()
	return s.each(ctx, v.hubs, "push", which.named, step, func(ctx context.Context, h hub.Hub) (text string, err error) {
		digest := v.factsOf(h.Name).Digest
		if v.of(h.Name).Build.Do {
			if text, digest, err = s.pushOne(ctx, builder, h, v.of(h.Name).Tag); err != nil {
				return "", err
			}
		}
		signed, err := s.sign(ctx, signer, h.Name, digest)
		return strings.TrimPrefix(text+signed, "; "), err
	})
}

func (s *Session) pushOne(ctx context.Context, builder image.Builder, h hub.Hub, tag string) (text, digest string, err error) {
	registry := s.registry()
	ref, err := registry.Reference(h.Name, tag)
	if err != nil {
		return "", "", err
	}
	if !builder.Has(ctx, ref.String()) {
		return "", "", exit.With(exit.Push, fmt.Errorf("there is no image %s yet: build it first, with build:hub %s", ref, h.Name))
	}
	pusher := &image.Pusher{
		Registry: registry, Engine: builder, Console: s.Console, Checks: s.checks(h.Name), Compression: image.Compression(s.Config.Compression),
		Blobs: image.OpenBlobs(filepath.Join(s.Config.CacheDir, "blobs.json")),
	}
	pushed, err := pusher.Push(ctx, h.Name, tag, s.Config.Rebuild)
	if err != nil {
		return "", "", err
	}
	return fmt.Sprintf("pushed %s@%s: %s", ref, pushed.Digest, pushed), pushed.Digest, nil
}
