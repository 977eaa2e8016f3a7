package kube

import (
	"context"
	"net/http"
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
	found, err := c.metadata(ctx, "apis/apps/v1/deployments", "app=helm,name=tiller")
	switch {
	case code(err) == http.StatusForbidden:
		return nil, false, nil
	case err != nil:
		return nil, false, c.unanswered(err)
	}
	for _, deployment := range found {
		namespaces = append(namespaces, deployment.Namespace)
	}
	return namespaces, true, nil
}
