// Package cosign signs images, and verifies their signatures, with the tool cosign: docs.sigstore.dev. Keys and an image's name with
// its digest go in; an error comes out if the image cannot be signed or its signature is not good. Package connect makes the
// Cosign, packages release, ops/images and ops/onehub call it.
//
// A signature is an artifact in the image's repository that refers to the image: opencontainers/distribution-spec,
// "Listing Referrers". Nothing is written to a transparency log: that is public, and tells the names of private images.
package cosign

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
)

// Cosign is the tool, with the keys and the login of a run.
type Cosign struct {
	Run      *process.Runner
	Path     string
	Login    string // DOCKER_CONFIG=<directory>, with the login for the registry
	Private  string // directory that only this user can read
	Signing  Key    // none: nothing is signed
	Password string // of that key
	Public   Key    // what signatures are verified with
}

// String says what is done, for people.
func (c *Cosign) String() string {
	if c.Signing.There() {
		return "cosign signs what is pushed, and verifies what is deployed"
	}
	return "cosign verifies what is deployed, and there is no key to sign with"
}

// Prepare checks that the keys can be used, before anything is built or pushed. If there is no public key, it
// takes that of the private one.
func (c *Cosign) Prepare(ctx context.Context) error {
	if !c.Signing.There() {
		return nil
	}
	out, err := c.Run.Output(ctx, c.command("", "public-key", "--key", c.Signing.reference))
	if err != nil {
		return exit.Errorf(exit.Setup, "the key of COSIGN_PRIVATE_KEY or COSIGN_KEY_FILE cannot be used: %w", err).Try("check it, and COSIGN_PASSWORD")
	}
	file := filepath.Join(c.Private, "cosign.pub")
	for name, content := range map[string]string{file: string(out), c.services(): noServices, c.trusted(): nobodyElse} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			return exit.With(exit.Setup, err)
		}
	}
	own := Key{reference: file}
	if !c.Public.There() {
		c.Public = own
	}
	if public := c.Public.der(); public != "" && public != own.der() {
		return exit.Input("image.cosign_key (COSIGN_PUBLIC_KEY) is not the public key of the private key that is set: no deploy would take what that signs")
	}
	return nil
}

// Without this file cosign fetches which services to use, and which authorities to trust besides the key. See
// sigstore/protobuf-specs, sigstore_trustroot.proto.
const (
	noServices = `{"mediaType": "application/vnd.dev.sigstore.signingconfig.v0.2+json"}`
	nobodyElse = `{"mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1"}`
)

func (c *Cosign) services() string { return filepath.Join(c.Private, "signing-config.json") }

func (c *Cosign) trusted() string { return filepath.Join(c.Private, "trusted-root.json") }

// Sign signs an image of this repository, named with its digest, as what subject says, and checks that the registry has the signature.
func (c *Cosign) Sign(ctx context.Context, image string, subject Subject) error {
	args := append([]string{"sign", "--yes", "--key", c.Signing.reference, "--signing-config", c.services(), "--trusted-root", c.trusted()}, subject.arguments()...)
	if err := c.Run.Run(ctx, c.command(subject.Hub, append(args, image)...)); err != nil {
		return exit.With(exit.Push, fmt.Errorf("signing %s: %w", image, err))
	}
	if _, err := c.Verify(ctx, image, subject); err != nil {
		return exit.With(exit.Push, fmt.Errorf("reading the signature of %s back: %w", image, err))
	}
	return nil
}

// The reasons why an image does not count as signed; OtherSubject is one more.
var (
	ErrUnsigned = errors.New("it is not signed")
	ErrOtherKey = errors.New("no signature of it is by that key")
	ErrUnbound  = errors.New("its signature names no hub and no tag, as those of earlier versions do")
	errUnplaced = errors.New("its signature is by this repository's own key, which signs other images too, and does not say of which repository and tag the image is")
)

// Unsigned reports whether an error says that an image does not count as signed, and not that this could not be found out.
func Unsigned(err error) bool {
	other := (*OtherSubject)(nil)
	return errors.Is(err, ErrUnsigned) || errors.Is(err, ErrOtherKey) || errors.Is(err, ErrUnbound) || errors.Is(err, errUnplaced) || errors.As(err, &other)
}

// noSignatures is cosign's exit code for an image without any: doc/cosign_exit_codes.md.
const noSignatures = 10

// Verify makes sure that an image, named with its digest, is signed by the public key as what want says, and returns what the signature says.
func (c *Cosign) Verify(ctx context.Context, image string, want Subject) (Subject, error) {
	return c.verify(ctx, image, want, Subject.fits)
}

// VerifyPlace is Verify for an image that is built elsewhere and signed by the repository's own key: the signature must be about this repository and,
// if want names one, this tag. Otherwise who writes to that registry could lay any image there that the key has ever signed, another hub's too.
func (c *Cosign) VerifyPlace(ctx context.Context, want Subject, image string) error {
	_, err := c.verify(ctx, image, want, Subject.places)
	if errors.Is(err, ErrUnbound) {
		err = exit.Errorf(exit.Push, "%w", errUnplaced).Try("sign it with 'cosign sign --annotations repository=%s --annotations tag=<its tag> …'", want.Repository)
	}
	return err
}

func (c *Cosign) verify(ctx context.Context, image string, want Subject, fits func(signed, want Subject) bool) (Subject, error) {
	verify := c.command(want.Hub, "verify", "--key", c.Public.reference, "--insecure-ignore-tlog=true", "--output", "json", image)
	verified, err := c.Run.Output(ctx, verify)
	failed := (*process.Error)(nil)
	switch {
	case err == nil:
		_, digest, _ := strings.Cut(image, "@")
		return choose(verified, digest, want, fits)
	case errors.As(err, &failed) && failed.Code == noSignatures:
		return Subject{}, ErrUnsigned
	case strings.Contains(process.Output(err), "no matching "):
		return Subject{}, ErrOtherKey
	}
	return Subject{}, exit.With(exit.Setup, fmt.Errorf("verifying the signature of %s: %w", image, err))
}

// VerifyingBy is the same tool with another public key.
func (c *Cosign) VerifyingBy(key Key) *Cosign {
	other := *c
	other.Public = key
	return &other
}

// VerifyAnySubject makes sure that an image, named with its digest, is signed by the public key of somebody else, whatever the signature says of it:
// who builds it elsewhere knows nothing of the hub.
func (c *Cosign) VerifyAnySubject(ctx context.Context, want Subject, image string) error {
	_, err := c.Verify(ctx, image, want)
	other := (*OtherSubject)(nil)
	if errors.Is(err, ErrUnbound) || errors.As(err, &other) {
		return nil
	}
	return err
}

// command makes a process, which is announced if it is about a hub.
func (c *Cosign) command(hub string, args ...string) process.Cmd {
	cmd := process.Cmd{Name: c.Path, Args: args, Prefix: hub, Quiet: true, Env: []string{
		c.Login, "COSIGN_PASSWORD=" + c.Password, // set even if empty, so cosign does not ask for one
		"TUF_ROOT=" + filepath.Join(c.Private, "sigstore"), "COSIGN_REPOSITORY=", "COSIGN_EXPERIMENTAL=",
	}}
	for _, key := range []Key{c.Signing, c.Public} {
		if key.variable != "" {
			cmd.Env = append(cmd.Env, key.variable)
		}
	}
	if hub != "" {
		cmd.Show = process.Quote("cosign", args...)
	}
	return cmd
}
