package kube

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"hub-ops/magefiles/internal/record"
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
	Record record.Record
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

// Releases returns every release of the cluster, by namespace and name.
func (c *Client) Releases(ctx context.Context) (map[string]Release, error) {
	return c.releases(ctx, "--all-namespaces", "--selector", "owner=helm")
}

// Release returns the release of one hub, with no revision if there is none.
func (c *Client) Release(ctx context.Context, hub string) (Release, error) {
	found, err := c.releases(ctx, "--namespace", hub, "--selector", "owner=helm,name="+hub)
	return found[hub+"/"+hub], err
}

func (c *Client) releases(ctx context.Context, where ...string) (map[string]Release, error) {
	// A table, as the server prints it, holds the labels of each Secret and not its data.
	rows, err := c.table(ctx, append([]string{"secrets", "--show-labels"}, where...)...)
	if err != nil {
		return nil, err
	}
	return readReleases(rows), nil
}

// readReleases groups revisions by their release. A Secret that somebody else has labelled like helm's is none.
func readReleases(rows [][]string) map[string]Release {
	releases := map[string]Release{}
	for _, row := range rows {
		namespace, name, revision, ok := readRevision(row)
		if !ok {
			continue
		}
		release := releases[namespace+"/"+name]
		release.Namespace, release.Name = namespace, name
		release.Revisions = append(release.Revisions, revision)
		releases[namespace+"/"+name] = release
	}
	for _, release := range releases {
		slices.SortFunc(release.Revisions, func(a, b Revision) int { return a.Number - b.Number })
	}
	return releases
}

// readRevision reads the last column of a row of kubectl's, the labels, as a=b,c=d. What helm puts there is in
// pkg/storage/driver/secrets.go of its source.
func readRevision(row []string) (namespace, name string, revision Revision, ok bool) {
	labels := map[string]string{} // of a row of [NAMESPACE] NAME TYPE DATA AGE LABELS
	for pair := range strings.SplitSeq(row[len(row)-1], ",") {
		label, value, _ := strings.Cut(pair, "=")
		labels[label] = value
	}
	number, err := strconv.Atoi(labels["version"])
	if namespace, name = row[0], labels["name"]; len(row) < 6 { // the table of one namespace
		namespace = name
	}
	return namespace, name, Revision{
		Number: number, Status: labels["status"], Record: record.From(labels),
		Made: unixTime(cmp.Or(labels["createdAt"], labels["modifiedAt"])),
	}, err == nil && name != ""
}

func unixTime(text string) time.Time {
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}
