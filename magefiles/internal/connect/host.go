package connect

import (
	"context"
	"slices"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"

	"hub-ops/magefiles/internal/image/registry"
)

// loginRefused returns why the login for the registry does not go to the host of the images, "" if it may: a pull request can change the
// host, and must not get a password by that.
func (c *Connections) loginRefused(ctx context.Context) (string, error) {
	settings := c.session.Config
	host := hostOf(settings.ImageRepository)
	switch {
	case host == "": // it is refused, with the better error
		return "", nil
	case settings.RegistryHost != "":
		if own := hostOf(settings.RegistryHost + "/x"); own != host {
			return "the login is for " + own + " (REGISTRY_HOST), and image.repository names " + host, nil
		}
		return "", nil
	case settings.RepositoryGiven: // by whoever gives the login
		return "", nil
	}
	published, from, err := c.published(ctx)
	if err != nil || from == "" {
		return "", err
	}
	var hosts []string
	for _, branch := range published {
		if own := hostOf(branch.Repository); !slices.Contains(hosts, own) {
			hosts = append(hosts, own)
		}
	}
	switch {
	case slices.Contains(hosts, host):
		return "", nil
	case len(hosts) == 0:
		return from + ", so nobody knows whether the login is for " + host, nil
	}
	return "image.repository names " + host + ", and hubops.yaml of " + from + " names " + strings.Join(hosts, " and "), nil
}

// hostOf returns the registry of a repository of images, "" if that is no valid name.
func hostOf(template string) string {
	repository, err := name.NewRepository(registry.Registry{Template: template}.Repository("x"))
	if err != nil {
		return ""
	}
	return repository.RegistryStr()
}
