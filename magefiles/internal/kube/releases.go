package kube

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"hub-ops/magefiles/internal/history"
)

// Release is what a cluster holds of a Helm release, as the labels of its Secrets tell. Reading those costs one request
// for the whole fleet, and no manifest or secret value leaves the cluster.
type Release struct {
	Namespace string
	Name      string
	Revisions []Revision // oldest first
}

// Revision is one of a release's revisions.
type Revision struct {
	Number int
	Status string    // deployed, superseded, failed, pending-upgrade, …
	Made   time.Time // by the clock of the machine that helm ran on
	Record history.Record
}

// Newest is the last revision; its number is 0 if there is none.
func (r Release) Newest() Revision {
	if len(r.Revisions) == 0 {
		return Revision{}
	}
	return r.Revisions[len(r.Revisions)-1]
}

// Healthy is the last revision before the given one that was once deployed: what a rollback goes back to. Its number is
// 0 if there is none. A deployed revision becomes superseded a moment before the next one is deployed, so that after a
// kill in between none is called deployed.
func (r Release) Healthy(before int) Revision {
	for _, revision := range slices.Backward(r.Revisions) {
		if revision.Number < before && (revision.Status == "deployed" || revision.Status == "superseded") {
			return revision
		}
	}
	return Revision{}
}

// ownedByHelm selects the Secrets that helm keeps releases in.
const ownedByHelm = "owner=helm"

// Releases returns every release of the cluster, by namespace and name.
func (c *Client) Releases(ctx context.Context) (map[string]Release, error) {
	return c.releases(ctx, "api/v1/secrets", ownedByHelm)
}

// Release returns the release of one hub, with no revision if there is none.
func (c *Client) Release(ctx context.Context, hub string) (Release, error) {
	found, err := c.releases(ctx, namespaced("v1", hub, "secrets"), ownedByHelm+",name="+hub)
	return found[hub+"/"+hub], err
}

func (c *Client) releases(ctx context.Context, path, selector string) (map[string]Release, error) {
	secrets, err := c.metadata(ctx, path, selector)
	if err != nil {
		return nil, c.unanswered(err)
	}
	return readReleases(secrets), nil
}

// readReleases groups revisions by their release. A Secret that somebody else has labelled like helm's is none.
func readReleases(secrets []metadata) map[string]Release {
	releases := map[string]Release{}
	for _, secret := range secrets {
		name, revision, ok := readRevision(secret.Labels)
		if !ok {
			continue
		}
		key := secret.Namespace + "/" + name
		release := releases[key]
		release.Namespace, release.Name = secret.Namespace, name
		release.Revisions = append(release.Revisions, revision)
		releases[key] = release
	}
	for _, release := range releases {
		slices.SortFunc(release.Revisions, func(a, b Revision) int { return a.Number - b.Number })
	}
	return releases
}

// readRevision reads the labels that helm puts on a revision: pkg/storage/driver/secrets.go of its source.
func readRevision(labels map[string]string) (name string, revision Revision, ok bool) {
	number, err := strconv.Atoi(labels["version"])
	return labels["name"], Revision{
		Number: number, Status: labels["status"], Record: history.From(labels),
		Made: unixTime(cmp.Or(labels["createdAt"], labels["modifiedAt"])),
	}, err == nil && labels["name"] != ""
}

func unixTime(text string) time.Time {
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}
