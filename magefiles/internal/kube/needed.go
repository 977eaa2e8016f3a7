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
// ten of each release unless told otherwise. One that cannot be read is an error: who counts on it must know of all.
func (c *Client) Records(ctx context.Context) ([]Record, error) {
	secrets, err := c.metadata(ctx, "api/v1/secrets", ownedByHelm)
	if err != nil {
		return nil, c.unanswered(err)
	}
	return recordsOf(secrets)
}

func recordsOf(secrets []metadata) ([]Record, error) {
	records := make([]Record, 0, len(secrets))
	for _, secret := range secrets {
		name, revision, ok := readRevision(secret.Labels)
		if !ok {
			return nil, exit.With(exit.Setup, fmt.Errorf("a release record of the cluster cannot be read: secret %s of namespace %s", secret.Name, secret.Namespace))
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
