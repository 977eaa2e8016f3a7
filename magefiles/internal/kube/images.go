package kube

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/exit"
)

// Images returns the names and digests of all images that something in the cluster runs, or would run: pods, and the
// templates of whatever makes pods, each as the API server has it, sorted and each once.
func (c *Client) Images(ctx context.Context) ([]string, error) {
	const kinds = "pods,deployments,replicasets,statefulsets,daemonsets,jobs,cronjobs"
	out, err := c.Output(ctx, "get", kinds, "--all-namespaces", "--request-timeout", "60s", "--output",
		`jsonpath={range .items[*]}{..image}{" "}{..imageID}{"\n"}{end}`)
	if err != nil {
		return nil, exit.With(exit.Setup, fmt.Errorf("asking the cluster what it runs: %w", err))
	}
	images := strings.Fields(string(out))
	slices.Sort(images)
	return slices.Compact(images), nil
}
