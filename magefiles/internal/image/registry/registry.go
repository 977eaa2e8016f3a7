// Package registry asks a registry about the images of hubs: their digests, tags, labels, signatures, and whether a base has
// moved. It also deletes tags, and makes the Docker configuration that programs log in with. Errors say what to do.
//
//	r := registry.Registry{Template: "registry.example/team/user-{hub}"}
//	digest, err := r.Digest(ctx, "a", "t0123456789ab") // "" if there is no such image
package registry

import (
	"context"
	"regexp"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/image/transport"
)

// answerTime is how long a registry may take to answer a question.
const answerTime = 30 * time.Second

// CacheTag moves with each push of a hub's committed image: the next build takes its unchanged layers from there, and
// the next push their blobs. It is never deployed.
const CacheTag = "hub-ops-cache"

// Registry is where images are kept.
type Registry struct {
	Host     string // put before every repository, whose own host becomes a part of the path: the sandbox's registry; "" for what the repository itself says
	Template string // of the repository, with {hub}; "" if the settings name none: see CheckNamed
	Username string // "": the standard keychains are asked
	Password string
	// LoginHost is the registry that these are for; "" for that of Template. Images that are built elsewhere can be in another one.
	LoginHost string
	// Anonymous: no credentials at all, whoever is logged in on this machine.
	Anonymous bool

	puller *remote.Puller // that questions share; nil: each has its own
	last   *lastImages    // nil: they are asked for each time
}

// Connected returns the same registry, whose questions share connections and tokens: one that is asked again about a repository
// is neither greeted nor logged in to a second time.
func (r Registry) Connected() (Registry, error) {
	puller, err := remote.NewPuller(append(r.Options(context.Background()), transport.Settings{}.Options()...)...)
	r.puller, r.last = puller, &lastImages{images: map[string]v1.Image{}}
	return r, err
}

// Repository returns the repository of a hub's image, as Docker and Helm are to name it.
func (r Registry) Repository(hub string) string {
	repository := strings.ReplaceAll(r.Template, "{hub}", hub)
	if r.Host != "" {
		return r.Host + "/" + asPath(repository)
	}
	return repository
}

// Pattern is a regular expression for the repositories of all images.
func (r Registry) Pattern() string {
	if r.Template == "" { // nobody knows where they are
		return `[^\s\S]`
	}
	const anyName = "hub-ops-any-name"
	return strings.ReplaceAll(regexp.QuoteMeta(r.Repository(anyName)), anyName, `[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?`)
}

// NameIn returns the name of the image that a repository is for; "" if it is for none.
func (r Registry) NameIn(repository string) string {
	before, after, known := strings.Cut(r.Repository("\x00"), "\x00")
	if !known {
		return ""
	}
	name, found := strings.CutPrefix(repository, before)
	if found {
		name, found = strings.CutSuffix(name, after)
	}
	if !found || r.Repository(name) != repository {
		return ""
	}
	return name
}

// portOrAddress matches the host at the beginning of a repository that cannot be a part of a path: with a port, or an IPv6 address.
var portOrAddress = regexp.MustCompile(`^\[?[^/]*:[^/]*/`)

// asPath makes a path of a repository that names a host: registry.example.org:5050/a becomes registry.example.org-5050/a.
func asPath(repository string) string {
	host := portOrAddress.FindString(repository)
	if host == "" {
		return repository
	}
	path := strings.Trim(strings.NewReplacer(":", "-", "[", "", "]", "").Replace(strings.ToLower(host)), "-/")
	return repeated.ReplaceAllString(path, "-") + "/" + strings.TrimPrefix(repository, host)
}

var repeated = regexp.MustCompile(`-{2,}`)

// CheckNamed returns an error if nobody knows where an image is kept, because the settings do not say it.
func (r Registry) CheckNamed(image string) error {
	if r.Template != "" {
		return nil
	}
	return exit.Input("image.repository is not set, so nobody knows where the image %s is kept", image).
		Try(`set it in hubops.yaml, such as image: {repository: "registry.example.org/us/user-{hub}"}, or by IMAGE_REPOSITORY`)
}

// Reference returns the image of a hub at a tag.
func (r Registry) Reference(hub, tag string) (name.Tag, error) {
	if err := r.CheckNamed(hub); err != nil {
		return name.Tag{}, err
	}
	ref, err := name.NewTag(r.Repository(hub) + ":" + tag)
	if err != nil {
		return name.Tag{}, exit.Input("image.repository: %w", err)
	}
	return ref, nil
}

// Options are what requests to the registry have in common: credentials, and who asks.
func (r Registry) Options(ctx context.Context) []remote.Option {
	return []remote.Option{
		remote.WithContext(ctx), remote.WithAuthFromKeychain(r.keychain()), remote.WithUserAgent("hub-ops"),
		remote.WithTransport(transport.HeadByGet{RoundTripper: remote.DefaultTransport}),
	}
}

// questions are the options of requests that only ask.
func (r Registry) questions(ctx context.Context) []remote.Option {
	return append(r.Options(ctx), r.Shared()...)
}

// Shared are the options by which requests share the connections of a connected registry; none for another one.
func (r Registry) Shared() []remote.Option {
	if r.puller == nil {
		return nil
	}
	return []remote.Option{remote.Reuse(r.puller)}
}

// Pinned names a hub's image by its digest.
func (r Registry) Pinned(hub, digest string) string { return r.Repository(hub) + "@" + digest }
