// Package kube asks the cluster about hubs and changes what helm does not: releases as helm records them, workloads and
// their rollout, claims, pods, images, record keys. Each file is named for what it asks about.
//
// A run has one Client, made from the access that package kube/access gives it:
//
//	client := &kube.Client{Server: &api.Server{Run: runner, Path: kubectl, Env: access.Env(), Context: access.Context}}
//	defer client.Close()
//	releases, err := client.Releases(ctx)
//
// The requests themselves are in kube/api; kube/lock, kube/rights, kube/admission and kube/informer take client.Server.
// Errors carry the exit code of package exit, and say in a sentence what the API server refuses.
package kube

import (
	"hub-ops/magefiles/internal/kube/api"
	"hub-ops/magefiles/internal/process"
)

// Client asks one cluster about hubs.
type Client struct {
	*api.Server
	// As returns the account in whose name a hub is changed, "" for our own; nil is our own for all. Questions, the lock of a hub and
	// its namespace are always our own.
	As func(hub string) string
}

// User is the account in whose name a hub is changed, "" for our own.
func (c *Client) User(hub string) string {
	if c.As == nil {
		return ""
	}
	return c.As(hub)
}

// command is a command of kubectl that does to an object what a request in the name of its account does.
func (c *Client) command(thing api.Thing, args ...string) string {
	args = append(args, "--raw", "/"+thing.Path, "--context", c.Context)
	if thing.As != "" {
		args = append(args, "--as", thing.As)
	}
	return process.Quote("kubectl", args...) + " # uid " + thing.UID
}
