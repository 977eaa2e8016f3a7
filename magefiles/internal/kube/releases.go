package kube

import (
	"context"

	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/kube/api"
)

// ownedByHelm selects the Secrets in which helm keeps releases.
const ownedByHelm = "owner=helm"

// Releases returns every release of the cluster, under namespace/name.
func (c *Client) Releases(ctx context.Context) (map[string]history.Release, error) {
	return c.releases(ctx, "api/v1/secrets", ownedByHelm)
}

// Release returns the release of one hub, with no revision if there is none.
func (c *Client) Release(ctx context.Context, hub string) (history.Release, error) {
	found, err := c.releases(ctx, api.InNamespace("v1", hub, "secrets"), ownedByHelm+",name="+hub)
	return found[hub+"/"+hub], err
}

func (c *Client) releases(ctx context.Context, path, selector string) (map[string]history.Release, error) {
	secrets, err := c.helmSecrets(ctx, path, selector)
	if err != nil {
		return nil, err
	}
	return history.ReadReleases(secrets), nil
}

// RecordedImages returns the image of every revision of every release that the cluster keeps: all that helm could roll
// back to. Helm keeps ten revisions of each release unless told otherwise. A revision that cannot be read is an error:
// the caller deletes what none needs.
func (c *Client) RecordedImages(ctx context.Context) ([]history.RecordedImage, error) {
	secrets, err := c.helmSecrets(ctx, "api/v1/secrets", ownedByHelm)
	if err != nil {
		return nil, err
	}
	return history.ReadImages(secrets)
}

// helmSecrets lists the Secrets of revisions, without what they hold.
func (c *Client) helmSecrets(ctx context.Context, path, selector string) ([]history.Secret, error) {
	found, err := c.List(ctx, path, selector)
	if err != nil {
		return nil, c.Unanswered(err)
	}
	secrets := make([]history.Secret, 0, len(found))
	for _, one := range found {
		secrets = append(secrets, history.Secret{Namespace: one.Namespace, Name: one.Name, Labels: one.Labels})
	}
	return secrets, nil
}
