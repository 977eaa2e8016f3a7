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

import "hub-ops/magefiles/internal/kube/api"

// Client asks one cluster about hubs.
type Client struct{ *api.Server }
