package kube

import (
	"context"
	"fmt"
	"net/url"

	"hub-ops/magefiles/internal/diagnosis"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube/api"
	"hub-ops/magefiles/internal/layout"
)

// userServers selects the pods that a JupyterHub starts for its users: z2jh.jupyter.org, in the chart's templates.
const (
	userServer  = "singleuser-server"
	userServers = "component=" + userServer
	placeholder = "user-placeholder" // that the chart keeps room for users with
)

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

// DeleteUserServer deletes the pods that a hub has made for one user, whose name is a label's value as it stands.
func (c *Client) DeleteUserServer(ctx context.Context, at layout.Address, user string) error {
	var pods struct {
		Items []struct {
			Metadata api.Metadata `json:"metadata"`
		} `json:"items"`
	}
	selector := url.QueryEscape(userServers + "," + diagnosis.ServerSelector(user))
	if err := c.Ask(ctx, api.Request{Path: api.InNamespace("v1", at.Namespace, "pods") + "?labelSelector=" + selector}, &pods); err != nil {
		return exit.With(exit.Setup, fmt.Errorf("looking for the server of user %s of hub %s: %w", user, at.Hub, c.Plainly(err)))
	}
	for _, pod := range pods.Items {
		thing := api.Thing{Path: api.InNamespace("v1", at.Namespace, "pods", pod.Metadata.Name), UID: pod.Metadata.UID, As: c.User(at.Hub)}
		c.Run.Log.Command(at.Hub, c.command(thing, "delete"))
		if err := c.Delete(ctx, thing); err != nil {
			return exit.With(exit.Setup, fmt.Errorf("deleting pod %s of hub %s: %w", pod.Metadata.Name, at.Hub, c.Plainly(err)))
		}
	}
	return nil
}
