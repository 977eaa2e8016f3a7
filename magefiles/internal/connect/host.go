package connect

import (
	"context"
	"slices"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/layout"
)

// loginHost returns the host that the login for the registry is for: that of the images or, where none is built here, the one of those that are
// built elsewhere. Or it returns why the login goes nowhere: a pull request can change the host, and must not get a password by that.
func (c *Connections) loginHost(ctx context.Context) (host, why string, err error) {
	settings := c.session.Config
	own, elsewhere := hostOf(settings.ImageRepository), hostsOf(settings.Elsewhere())
	said := "image.repository names "
	if settings.RegistryHost != "" {
		meant := hostOf(settings.RegistryHost + "/x")
		if own != "" && meant != own && !slices.Contains(elsewhere, meant) {
			return "", "the login is for " + meant + " (REGISTRY_HOST), and " + said + own, nil
		}
		return meant, "", nil
	}
	switch {
	case own != "" && settings.RepositoryGiven: // by whoever gives the login
		return own, "", nil
	case own == "" && settings.ImageRepository != "", own == "" && len(elsewhere) == 0: // it is refused, with the better error
		return "", "", nil
	case own == "" && len(elsewhere) > 1:
		return "", "images are built elsewhere, on " + strings.Join(elsewhere, " and "), nil
	case own == "":
		own, said = elsewhere[0], "images are built elsewhere, on "
	}
	published, from, err := c.Published(ctx)
	if err != nil || from == "" {
		return own, "", err
	}
	hosts := hostsAt(published)
	switch {
	case slices.Contains(hosts, own):
		return own, "", nil
	case len(hosts) == 0 && len(published) > 0:
		return "", said + own + ", and hubops.yaml of " + from + " names none", nil
	case len(hosts) == 0:
		return "", from + ", so nobody knows whether the login is for " + own, nil
	}
	return "", said + own + ", and hubops.yaml of " + from + " names " + strings.Join(hosts, " and "), nil
}

// hostsAt lists the hosts that branches name: of the images that are built here or, where no branch has such, of the others.
func hostsAt(published []config.Published) []string {
	var built, elsewhere []string
	for _, branch := range published {
		if host := hostOf(branch.Repository); host != "" {
			built = append(built, host)
		}
		if branch.Images != nil {
			elsewhere = append(elsewhere, hostsOf(branch.Images.Elsewhere())...)
		}
	}
	if len(built) == 0 {
		built = elsewhere
	}
	slices.Sort(built)
	return slices.Compact(built)
}

// hostsOf lists the registries of images that are built elsewhere, sorted.
func hostsOf(patterns []string) []string {
	var hosts []string
	for _, pattern := range patterns {
		repository, _, _ := layout.Elsewhere{From: pattern}.Parts()
		if host := hostOf(layout.Sample(repository)); host != "" {
			hosts = append(hosts, host)
		}
	}
	slices.Sort(hosts)
	return slices.Compact(hosts)
}

// hostOf returns the registry of a repository of images, "" if that is no valid name.
func hostOf(template string) string {
	repository, err := name.NewRepository(registry.Registry{Template: template}.Repository("x"))
	if err != nil {
		return ""
	}
	return repository.RegistryStr()
}
