// Package image builds a hub's user image and brings it to the registry.
package image

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"

	"hub-ops/magefiles/internal/exit"
)

// cacheTag moves with each push of a hub's committed image: the next build takes its unchanged layers from there, and
// the next push their blobs. It is never deployed.
const cacheTag = "hub-ops-cache"

// dirtyMark is in the tag of uncommitted content.
const dirtyMark = "-dirty-"

// Registry is where images are kept.
type Registry struct {
	Host     string // put before every repository: the sandbox's registry; "" for what the repository itself says
	Template string // of the repository, with {hub}
	Username string // "": the standard keychains are asked
	Password string
	// Anonymous: no credentials at all, whoever is logged in on this machine.
	Anonymous bool
}

// Repository returns the repository of a hub's image, as Docker and Helm are to name it.
func (r Registry) Repository(hub string) string {
	repository := strings.ReplaceAll(r.Template, "{hub}", hub)
	if r.Host != "" {
		return r.Host + "/" + repository
	}
	return repository
}

// Reference returns the image of a hub at a tag.
func (r Registry) Reference(hub, tag string) (name.Tag, error) {
	ref, err := name.NewTag(r.Repository(hub) + ":" + tag)
	if err != nil {
		return name.Tag{}, exit.Input("image.repository: %w", err)
	}
	return ref, nil
}

// ErrRefused is what a registry's 401 and 403 are.
var ErrRefused = errors.New("access refused")

// Digest asks the registry for the digest of a hub's image at a tag, by one HEAD request. It is "" for an image that
// is not there.
func (r Registry) Digest(ctx context.Context, hub, tag string) (string, error) {
	ref, err := r.Reference(hub, tag)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	descriptor, err := remote.Head(ref, r.options(ctx)...)
	switch {
	case statusOf(err) == http.StatusNotFound:
		return "", nil
	case err != nil:
		return "", r.explain(ref, err)
	}
	return descriptor.Digest.String(), nil
}

// Revision returns the commit that the hub's last image was made from, as its label says; "" if it has none.
func (r Registry) Revision(ctx context.Context, hub string) (string, error) {
	labels, err := r.labels(ctx, hub, cacheTag)
	return labels[labelPrefix+"revision"], err
}

// labels reads the labels of an image in the registry.
func (r Registry) labels(ctx context.Context, hub, tag string) (map[string]string, error) {
	ref, err := r.Reference(hub, tag)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	image, err := remote.Image(ref, r.options(ctx)...)
	if err != nil {
		return nil, err
	}
	configuration, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	return configuration.Config.Labels, nil
}

// Check makes the request that a push would begin with, so that wrong credentials show before anything is built.
func (r Registry) Check(ctx context.Context, hub string) error {
	ref, err := r.Reference(hub, cacheTag)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	answer := make(chan error, 1)
	go func() { answer <- remote.CheckPushPermission(ref, r.keychain(), http.DefaultTransport) }() // which takes no context
	select {
	case err = <-answer:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		return r.explain(ref, err)
	}
	return nil
}

func (r Registry) options(ctx context.Context) []remote.Option {
	return []remote.Option{
		remote.WithContext(ctx), remote.WithAuthFromKeychain(r.keychain()), remote.WithUserAgent("hub-ops"),
		remote.WithTransport(headless{remote.DefaultTransport}),
	}
}

func (r Registry) keychain() authn.Keychain {
	if r.Anonymous {
		return authn.NewMultiKeychain() // which has none
	}
	if r.Username == "" {
		return authn.DefaultKeychain
	}
	return only{host: r.Repository("x"), auth: &authn.Basic{Username: r.Username, Password: r.Password}}
}

// only gives credentials to the registry that they are for, and to no other.
type only struct {
	host string
	auth authn.Authenticator
}

func (o only) Resolve(target authn.Resource) (authn.Authenticator, error) {
	if own, err := name.NewRepository(o.host); err == nil && own.RegistryStr() == target.RegistryStr() {
		return o.auth, nil
	}
	return authn.DefaultKeychain.Resolve(target)
}

func (r Registry) explain(ref name.Tag, err error) error {
	registry := ref.RegistryStr()
	if strings.Contains(err.Error(), "x509: ") {
		return exit.With(exit.Setup, fmt.Errorf("registry %s has a certificate that is not trusted here; if it is of an authority of your own, name that with SSL_CERT_FILE: %w", registry, err))
	}
	switch statusOf(err) {
	case http.StatusUnauthorized, http.StatusForbidden:
		return exit.With(exit.Setup, fmt.Errorf("registry %s: %w to %s: %w; check REGISTRY_USERNAME and REGISTRY_PASSWORD, or log in with docker",
			registry, ErrRefused, ref.RepositoryStr(), err))
	case 0:
		return exit.With(exit.Setup, fmt.Errorf("registry %s does not answer: %w", registry, err))
	}
	return exit.With(exit.Setup, fmt.Errorf("asking registry %s for %s: %w", registry, ref, err))
}

// statusOf returns the HTTP status of a registry's refusal, 0 if there was none.
func statusOf(err error) int {
	if refusal := (*transport.Error)(nil); errors.As(err, &refusal) {
		return refusal.StatusCode
	}
	return 0
}

// sameDigest compares what the registry says with what was sent.
func sameDigest(descriptor *v1.Descriptor, want v1.Hash) error {
	if descriptor.Digest != want {
		return fmt.Errorf("the registry holds %s, sent was %s", descriptor.Digest, want)
	}
	return nil
}

// CacheSource returns the image that a build of the hub can take unchanged layers from, "" if there is none yet.
func (r Registry) CacheSource(ctx context.Context, hub string) (string, error) {
	digest, err := r.Digest(ctx, hub, cacheTag)
	if digest == "" || err != nil {
		return "", err
	}
	ref, err := r.Reference(hub, cacheTag)
	return ref.String(), err
}
