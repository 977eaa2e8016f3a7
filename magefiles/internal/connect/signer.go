package connect

import (
	"context"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/image/cosign"
)

// Signs reports whether this run has a key to sign images with.
func (c *Connections) Signs() bool {
	return c.session.Config.CosignPrivateKey != "" || c.session.Config.CosignKeyFile != ""
}

// Verifies reports whether a deploy takes signed images only. In a sandbox it does so only if there is a key to sign with.
func (c *Connections) Verifies(ctx context.Context) (bool, error) {
	if c.Signs() || c.session.Config.CosignPublicKey == "" {
		return c.Signs(), nil
	}
	to, err := c.Destination(ctx)
	return to.Sandbox == nil, err
}

// Signer finds cosign, and checks that the keys can be used; nil if no deploy takes signed images only, see Verifies.
func (c *Connections) Signer(ctx context.Context) (*cosign.Cosign, error) {
	return c.signer.Get(ctx, func(ctx context.Context) (*cosign.Cosign, error) {
		if verifies, err := c.Verifies(ctx); !verifies || err != nil {
			return nil, err
		}
		if err := c.checkCosignKey(ctx); err != nil {
			return nil, err
		}
		s := c.session
		signer := &cosign.Cosign{Run: s.Run, Private: s.Private, Password: s.Config.CosignPassword}
		var err error
		if signer.Public, err = cosign.NewKey(s.Config.CosignPublicKey, s.Config.Root, "COSIGN_PUBLIC_KEY"); err != nil {
			return nil, err
		}
		if signer.Signing, err = c.signingKey(); err != nil {
			return nil, err
		}
		s.Run.Redact.Add(signer.Signing.Content())
		if signer.Path, err = s.Tools.Find(ctx, "cosign"); err != nil {
			return nil, err
		}
		registry, err := c.Registry(ctx)
		if err != nil {
			return nil, err
		}
		if signer.Login, err = registry.Login(s.Scratch, s.Config.DockerConfig); err != nil {
			return nil, exit.With(exit.Setup, err)
		}
		return signer, signer.Prepare(ctx)
	})
}

// checkCosignKey refuses a public key in a key management service that only the checkout names, because the service gets the operator's
// token.
func (c *Connections) checkCosignKey(ctx context.Context) error {
	settings := c.session.Config
	if settings.CosignKeyGiven || !strings.Contains(settings.CosignPublicKey, "://") {
		return nil
	}
	published, from, err := c.Published(ctx)
	if err != nil || from == "" || slices.ContainsFunc(published, func(p config.Published) bool { return p.CosignKey == settings.CosignPublicKey }) {
		return err
	}
	return exit.Input("image.cosign_key names %s, and no hubops.yaml of an owning branch does (%s): nothing was sent there", settings.CosignPublicKey, from).
		Try("push it first, or set COSIGN_PUBLIC_KEY for this run if it is yours")
}

func (c *Connections) signingKey() (cosign.Key, error) {
	settings := c.session.Config
	if settings.CosignPrivateKey == "" {
		return cosign.NewKey(settings.CosignKeyFile, settings.Root, "COSIGN_KEY_FILE")
	}
	key, err := cosign.NewKey(settings.CosignPrivateKey, settings.Root, "COSIGN_PRIVATE_KEY")
	if key.Content() == "" {
		err = exit.Input("COSIGN_PRIVATE_KEY is no key").Try("set it to the content of cosign.key, as it is or in base64; COSIGN_KEY_FILE names a file")
	}
	return key, err
}
