package kube

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/exit"
)

// Record is what a revision of a release says about its image.
type Record struct {
	Name     string // of the release
	Revision int
	Image    string // tag
	Recorded bool   // false: nobody wrote down which image it has
}

// Records returns every revision of every release that the cluster keeps: all that helm could roll back to. Helm keeps
// ten of each release unless told otherwise. A row that cannot be read is an error: who counts on it must know of all.
func (c *Client) Records(ctx context.Context) ([]Record, error) {
	rows, err := c.table(ctx, "secrets", "--all-namespaces", "--selector", "owner=helm", "--show-labels")
	if err != nil {
		return nil, err
	}
	return recordsOf(rows)
}

func recordsOf(rows [][]string) ([]Record, error) {
	records := make([]Record, 0, len(rows))
	for _, row := range rows {
		_, name, revision, ok := readRevision(row)
		if len(row) != 6 || !ok {
			return nil, exit.With(exit.Setup, fmt.Errorf("a release record of the cluster cannot be read: %q", strings.Join(row, " ")))
		}
		image := revision.Record.ImageTag
		records = append(records, Record{Name: name, Revision: revision.Number, Image: image, Recorded: image != ""})
	}
	return records, nil
}

// Images returns the names and digests of all images that something in the cluster runs, or would run: pods, and the
// templates of whatever makes pods, each as the API server has it.
func (c *Client) Images(ctx context.Context) ([]string, error) {
	const kinds = "pods,deployments,replicasets,statefulsets,daemonsets,jobs,cronjobs"
	out, err := c.output(ctx, "get", kinds, "--all-namespaces", "--request-timeout", "60s", "--output",
		`jsonpath={range .items[*]}{..image}{" "}{..imageID}{"\n"}{end}`)
	if err != nil {
		return nil, exit.With(exit.Setup, fmt.Errorf("asking the cluster what it runs: %w", err))
	}
	images := strings.Fields(string(out))
	slices.Sort(images)
	return slices.Compact(images), nil
}
