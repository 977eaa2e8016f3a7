package ops

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/cosign"
)

// signs reports whether this run has a key to sign images with.
func (s *Session) signs() bool {
	return s.Config.CosignPrivateKey != "" || s.Config.CosignKeyFile != ""
}

// verifies reports whether no image is deployed that is not signed. A sandbox is on this machine: where there is no key
// to sign with, nobody asks for signatures there.
func (s *Session) verifies() bool {
	return s.signs() || s.Config.CosignPublicKey != "" && s.sandbox == nil
}

// cosign finds the tool, and makes sure that the keys are good; nil where no key is configured.
func (s *Session) cosign(ctx context.Context) (*cosign.Cosign, error) {
	if !s.verifies() {
		return nil, nil //nolint:nilnil // nobody asks for it then
	}
	c := &cosign.Cosign{Run: s.Run, Private: s.Private, Password: s.Config.CosignPassword}
	var err error
	if c.Public, err = cosign.NewKey(s.Config.CosignPublicKey, s.Config.Root, "COSIGN_PUBLIC_KEY"); err != nil {
		return nil, err
	}
	if c.Signing, err = s.signingKey(); err != nil {
		return nil, err
	}
	s.Run.Redact.Add(c.Signing.Content())
	if c.Path, err = s.Tools.Find(ctx, "cosign"); err != nil {
		return nil, err
	}
	if c.Login, err = s.registry().Login(s.Scratch, s.Config.DockerConfig); err != nil {
		return nil, exit.With(exit.Setup, err)
	}
	return c, c.Prepare(ctx)
}

func (s *Session) signingKey() (cosign.Key, error) {
	if s.Config.CosignPrivateKey == "" {
		return cosign.NewKey(s.Config.CosignKeyFile, s.Config.Root, "COSIGN_KEY_FILE")
	}
	key, err := cosign.NewKey(s.Config.CosignPrivateKey, s.Config.Root, "COSIGN_PRIVATE_KEY")
	if key.Content() == "" {
		err = exit.Input("COSIGN_PRIVATE_KEY is no key: it must be the content of cosign.key, as it is or in base64; COSIGN_KEY_FILE names a file")
	}
	return key, err
}

// sign signs a hub's image in the registry, and says what it did.
func (s *Session) sign(ctx context.Context, c *cosign.Cosign, name, digest string) (string, error) {
	switch {
	case c == nil:
		return "", nil
	case !c.Signing.There():
		s.Console.Problem(name, "not signed: neither COSIGN_PRIVATE_KEY nor COSIGN_KEY_FILE is set, and no deploy takes an image without a signature")
		return "", nil
	}
	if err := c.Sign(ctx, name, s.registry().Pinned(name, digest)); err != nil {
		return "", fmt.Errorf("hub %s: %w", name, err)
	}
	return "; signed " + shorten(digest), nil
}

// verified keeps an image from being deployed that is not signed by the key, where there is one.
func (s *Session) verified(ctx context.Context, c *cosign.Cosign, name, digest string) error {
	if c == nil || digest == "" {
		return nil
	}
	image := s.registry().Pinned(name, digest)
	err := c.Verify(ctx, name, image)
	switch {
	case err == nil:
		s.Console.Info(name, "the signature of %s is good", image)
		return nil
	case errors.Is(err, cosign.ErrUnsigned):
		return exit.With(exit.Push, fmt.Errorf("hub %s cannot be deployed: %s: %w; push:hub %s, with COSIGN_PRIVATE_KEY, signs it if it is what the repository says", name, image, err, name))
	case errors.Is(err, cosign.ErrOtherKey):
		return exit.With(exit.Push, fmt.Errorf("hub %s cannot be deployed: %s: %w; find out who signed it, or if the key is a new one, sign with it by REBUILD=1 and push:hub %s", name, image, err, name))
	}
	return fmt.Errorf("hub %s cannot be deployed: %w", name, err)
}

// signedAlready asks the registry whether a hub's image has a signature, if that matters.
func (s *Session) signedAlready(ctx context.Context, h hub.Hub, digest string) (bool, error) {
	if !s.verifies() || digest == "" {
		return false, nil
	}
	return s.registry().Signed(ctx, h.Name, digest)
}

// keyServices are the variables that cosign needs for a key in a key management service.
func keyServices(c *config.Config) []string {
	for _, key := range []string{c.CosignKeyFile, c.CosignPublicKey} {
		if strings.Contains(key, "://") {
			return c.Grant(append([]string{"VAULT_"}, config.Clouds...)...)
		}
	}
	return nil
}
