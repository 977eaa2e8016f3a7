package connect

import (
	"context"
	"errors"
	"io/fs"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/image/registry"
)

// Registry returns the registry of the hubs' images, with the credentials that this run has for it.
func (c *Connections) Registry(ctx context.Context) (registry.Registry, error) {
	return c.registry.get(ctx, func(ctx context.Context) (registry.Registry, error) {
		settings := c.session.Config
		to, err := c.Destination(ctx)
		if err != nil {
			return registry.Registry{}, err
		}
		images := registry.Registry{Template: settings.ImageRepository, Anonymous: !settings.Event.Trusted()}
		if to.Sandbox != nil {
			return registry.Registry{Template: settings.ImageRepository, Host: to.Sandbox.Registry}.Connected()
		}
		if images.Username, images.Password, err = c.registryLogin(ctx); err != nil {
			return images, err
		}
		return images.Connected()
	})
}

// registryLogin finds credentials for the image registry: in the variables, in hub.LoginFile, and for a Google registry
// in the key of the service account that deploys. If it finds none it returns none, and the caller asks Docker's own
// configuration and its credential helpers (ECR, ACR and others: github.com/docker/docker-credential-helpers).
func (c *Connections) registryLogin(ctx context.Context) (user, password string, err error) {
	settings := c.session.Config
	if settings.RegistryUsername == "" && !settings.Deploying() {
		return "", "", nil
	}
	why, err := c.loginRefused(ctx)
	if err != nil {
		return "", "", err
	}
	if why != "" {
		c.session.Console.Info("", "no login for the registry: %s; REGISTRY_HOST says which host is meant", why)
		return "", "", nil
	}
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
	if !isGoogles(hostOf(settings.ImageRepository)) {
		return "", "", nil
	}
	key, _, err := c.gkeKey(ctx)
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
