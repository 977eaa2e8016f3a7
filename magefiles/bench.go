//go:build mage

package main

import (
	"context"

	"github.com/magefile/mage/mg"

	"hub-ops/magefiles/internal/ops"
)

// Bench measures hub-ops beside its peers.
type Bench mg.Namespace

// Push prints, for each builder, how much faster a push is than docker's, and skopeo's where there is one.
// It builds an image of 1.6 GB from files of this machine, needs 20 GB of disk, and takes half an hour.
func (Bench) Push(ctx context.Context) error { return ops.Do(ctx, ops.BenchPush) }

// Deploy prints what deploys of 50 hubs cost in a sandbox of their own, and how much faster they are than a script's commands.
// It takes some minutes.
func (Bench) Deploy(ctx context.Context) error { return ops.Do(ctx, ops.BenchDeploy) }
