package connect

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/registry"
	"hub-ops/magefiles/internal/sandbox"
)

// Registry returns the registry of the hubs' images, with the credentials that this run has for it.
func (c *Connections) Registry(ctx context.Context) (registry.Registry, error) {
	return c.registry.Get(ctx, func(ctx context.Context) (registry.Registry, error) {
		settings := c.session.Config
		to, err := c.Destination(ctx)
		if err != nil {
			return registry.Registry{}, err
		}
		images := registry.Registry{Template: settings.ImageRepository, Anonymous: !settings.Event.Trusted()}
		if to.Sandbox != nil {
			return registry.Registry{Template: cmp.Or(settings.ImageRepository, sandbox.Images), Host: to.Sandbox.Registry}.Connected()
		}
		if images, err = c.withLogin(ctx, images); err != nil {
			return images, err
		}
		return images.Connected()
	})
}

// withLogin adds the login that this run has for a registry, and the host that it is for: see loginHost.
func (c *Connections) withLogin(ctx context.Context, to registry.Registry) (registry.Registry, error) {
	settings := c.session.Config
	if settings.RegistryUsername == "" {
		if others, err := c.Deploys(ctx); err != nil || others != "" {
			return to, err
		}
	}
	host, why, err := c.loginHost(ctx)
	if err != nil {
		return to, err
	}
	if why != "" {
		if settings.RegistryUsername != "" || settings.ImageRepository != "" { // or nobody expects one
			c.session.Console.Info("", "no login for the registry: %s; REGISTRY_HOST says which host is meant", why)
		}
		return to, nil
	}
	to.LoginHost = host
	to.Username, to.Password, err = c.registryLogin(ctx, host)
	return to, err
}

// registryLogin finds credentials for a host: in the variables, in hub.LoginFile, and for a Google registry in the key of the service account
// that deploys. If it finds none it returns none, and the caller asks Docker's own configuration and its credential helpers (ECR, ACR and
// others: github.com/docker/docker-credential-helpers).
func (c *Connections) registryLogin(ctx context.Context, host string) (user, password string, err error) {
	settings := c.session.Config
	if settings.RegistryUsername != "" {
		return settings.RegistryUsername, settings.RegistryPassword, nil
	}
	content, err := c.Vault().Read(ctx, hub.LoginFile)
	switch {
	case err == nil:
		user, password, err = readLogin(string(content))
		c.session.Run.Redact.Add(password)
		return user, password, err
	case !errors.Is(err, fs.ErrNotExist):
		if settings.GitCryptKey == "" && settings.GitCryptKeyFile == "" {
			return "", "", nil // locked, and this run has no key: go on without this login
		}
		return "", "", err
	}
	if !isGoogles(host) {
		return "", "", nil
	}
	key, _, err := c.commonKey(ctx)
	if err != nil || key == nil {
		return "", "", err
	}
	return "_json_key", string(key), nil // cloud.google.com/artifact-registry/docs/docker/authentication, "Service account key"
}

// readLogin splits a login into user and token: "user:token", or one on each of two lines. It returns the token with an error too, so that the caller can mask it.
func readLogin(content string) (user, token string, err error) {
	user, token, found := strings.Cut(strings.TrimSpace(content), "\n")
	if !found {
		user, token, found = strings.Cut(strings.TrimSpace(content), ":")
	}
	user, token = strings.TrimSpace(user), strings.TrimSpace(token)
	if !found || user == "" || token == "" || strings.ContainsAny(token, "\n") {
		return user, token, exit.Input("%s: no user name and token", hub.LoginFile).Try("write it like user:token, or one on each of two lines")
	}
	return user, token, nil
}

// isGoogles reports whether a host is a Google registry.
func isGoogles(host string) bool {
	return host == "gcr.io" || strings.HasSuffix(host, ".gcr.io") || strings.HasSuffix(host, "-docker.pkg.dev")
}
