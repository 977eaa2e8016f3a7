//go:build mage

package main

import (
	"context"

	"github.com/magefile/mage/mg"

	"hub-ops/magefiles/internal/ops"
)

// Setup gets what a run needs.
type Setup mg.Namespace

// All gets missing tools, and checks that engine, registry and cluster are there and let us in.
// Push and deploy begin with the part that each needs; NO_SETUP=1 leaves it out, and your own access is used as it is.
// It writes nothing to ~/.kube, ~/.docker or the configuration of gcloud.
func (Setup) All(ctx context.Context) error { return ops.Do(ctx, ops.Setup) }

// Check tells everything that push and deploy need, line by line, and how to mend what is not there; it changes nothing.
func (Setup) Check(ctx context.Context) error { return ops.Do(ctx, ops.SetupCheck) }
