package kube

import (
	"context"
	"strings"

	"hub-ops/magefiles/internal/run"
)

// userServers are the pods that a JupyterHub has started for its users: z2jh.jupyter.org, in the chart's templates.
const userServers = "component=singleuser-server"

// UserServers names the pods of users that there are in a hub's namespace.
func (c *Client) UserServers(ctx context.Context, hub string) ([]string, error) {
	rows, err := c.table(ctx, "pods", "--namespace", hub, "--selector", userServers)
	var names []string
	for _, row := range rows { // NAME READY STATUS …
		if len(row) > 2 && row[2] != "Completed" {
			names = append(names, row[0])
		}
	}
	return names, err
}

// Tillers names the namespaces that a Tiller, the server of Helm 2, runs in: it keeps releases of its own, under the
// same names. known is false if this account may not see that.
func (c *Client) Tillers(ctx context.Context) (namespaces []string, known bool, err error) {
	rows, err := c.table(ctx, "deployments", "--all-namespaces", "--selector", "app=helm,name=tiller")
	if err != nil && strings.Contains(run.Output(err), "forbidden") {
		return nil, false, nil
	}
	for _, row := range rows {
		namespaces = append(namespaces, row[0])
	}
	return namespaces, true, err
}
