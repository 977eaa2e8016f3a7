package kube

import (
	"context"
	"fmt"
	"net/http"

	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/kube/api"
	"hub-ops/magefiles/internal/layout"
)

// ownedByHelm selects the Secrets in which helm keeps releases.
const ownedByHelm = "owner=helm"

// Releases returns every release of the cluster, under namespace/name.
func (c *Client) Releases(ctx context.Context) (map[string]history.Release, error) {
	return c.releases(ctx, "api/v1/secrets", ownedByHelm)
}

// ReleasesIn returns the releases of one namespace, under namespace/name.
func (c *Client) ReleasesIn(ctx context.Context, namespace string) (map[string]history.Release, error) {
	return c.releases(ctx, api.InNamespace("v1", namespace, "secrets"), ownedByHelm)
}

// Release returns the release of one hub, with no revision if there is none.
func (c *Client) Release(ctx context.Context, at layout.Address) (history.Release, error) {
	found, err := c.releases(ctx, api.InNamespace("v1", at.Namespace, "secrets"), ownedByHelm+",name="+at.Release)
	return found[at.Key()], err
}

func (c *Client) releases(ctx context.Context, path, selector string) (map[string]history.Release, error) {
	secrets, err := c.helmSecrets(ctx, path, selector)
	if err != nil {
		return nil, err
	}
	return history.ReadReleases(secrets), nil
}

// Revision is one revision of a release, of hub-ops or not, with what helm keeps of it.
type Revision struct {
	history.RecordedImage
	Namespace string
	Content   history.Stored
}

// EachRevision calls visit with every revision of every release that the cluster keeps: all that helm could roll back to. Helm
// keeps ten of each release unless told otherwise. Several calls may be under way at once. A revision that cannot be read is an
// error: the caller deletes what none needs. One that helm has dropped meanwhile is left out.
func (c *Client) EachRevision(ctx context.Context, visit func(Revision)) error {
	secrets, err := c.helmSecrets(ctx, "api/v1/secrets", ownedByHelm)
	if err != nil {
		return err
	}
	images, err := history.ReadImages(secrets)
	if err != nil {
		return err
	}
	const atOnce = 8
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i, secret := range secrets {
		group.Go(func() error {
			content, found, err := c.content(ctx, secret)
			if err == nil && found {
				visit(Revision{images[i], secret.Namespace, content})
			}
			return err
		})
	}
	return group.Wait()
}

// content reads what a Secret of helm's holds.
func (c *Client) content(ctx context.Context, secret history.Secret) (content history.Stored, found bool, err error) {
	var object struct {
		Data struct {
			Release []byte `json:"release"`
		} `json:"data"`
	}
	err = c.Ask(ctx, api.Request{Path: api.InNamespace("v1", secret.Namespace, "secrets", secret.Name)}, &object)
	if api.Code(err) == http.StatusNotFound {
		return content, false, nil
	}
	if err != nil {
		return content, false, c.Unanswered(err)
	}
	if content, err = history.Decode(object.Data.Release); err != nil {
		err = exit.With(exit.Setup, fmt.Errorf("a release record of the cluster cannot be read: secret %s of namespace %s: %w", secret.Name, secret.Namespace, err))
	}
	return content, true, err
}

// helmSecrets lists the Secrets of revisions, without what they hold.
func (c *Client) helmSecrets(ctx context.Context, path, selector string) ([]history.Secret, error) {
	found, err := c.List(ctx, path, selector)
	if err != nil {
		return nil, c.Unanswered(err)
	}
	secrets := make([]history.Secret, 0, len(found))
	for _, one := range found {
		secrets = append(secrets, history.Secret{Namespace: one.Namespace, Name: one.Name, Labels: one.Labels, Created: one.Created, Changed: one.Changed()})
	}
	return secrets, nil
}
