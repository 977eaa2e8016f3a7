package kube

import (
	"context"

	"hub-ops/magefiles/internal/layout"
)

// userServers selects the pods that a JupyterHub starts for its users: z2jh.jupyter.org, in the chart's templates.
const userServers = "component=singleuser-server"

// UserServers names the pods that run for users in a hub's namespace.
func (c *Client) UserServers(ctx context.Context, at layout.Address) ([]string, error) {
	rows, err := c.Table(ctx, "pods", "--namespace", at.Namespace, "--selector", userServers)
	var names []string
	for _, row := range rows { // NAME READY STATUS …
		if len(row) > 2 && row[2] != "Completed" {
			names = append(names, row[0])
		}
	}
	return names, err
}
