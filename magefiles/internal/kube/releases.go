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

// readReleases reads the last column of kubectl's rows: the labels, as a=b,c=d. What helm puts there is in
// pkg/storage/driver/secrets.go of its source.
func readReleases(rows [][]string) map[string]Release {
	releases := map[string]Release{}
	for _, row := range rows { // [NAMESPACE] NAME TYPE DATA AGE LABELS
		labels := map[string]string{}
		for pair := range strings.SplitSeq(row[len(row)-1], ",") {
			name, value, _ := strings.Cut(pair, "=")
			labels[name] = value
		}
		number, err := strconv.Atoi(labels["version"])
		if err != nil {
			continue // a Secret that somebody has labelled like helm's
		}
		namespace := row[0]
		if len(row) < 6 { // the table of one namespace
			namespace = labels["name"]
		}
		release := releases[namespace+"/"+labels["name"]]
		release.Namespace, release.Name = namespace, labels["name"]
		release.Revisions = append(release.Revisions, Revision{
			Number: number, Status: labels["status"], Record: record.From(labels),
			Made: unixTime(cmp.Or(labels["createdAt"], labels["modifiedAt"])),
		})
		releases[namespace+"/"+labels["name"]] = release
	}
	for _, release := range releases {
		slices.SortFunc(release.Revisions, func(a, b Revision) int { return a.Number - b.Number })
	}
	return releases
}

func unixTime(text string) time.Time {
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}
