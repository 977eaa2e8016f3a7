//go:build mage

package main

import (
	"context"

	"github.com/magefile/mage/mg"

	"hub-ops/magefiles/internal/ops"
)

// CI is what a CI system calls.
type CI mg.Namespace

// All does what the CI event calls for: a pull request builds, a push to a deploying branch also pushes and deploys its hubs.
// The event is read from the environment of Travis, GitHub Actions or GitLab CI. Which branch owns which hub is set in
// hubops.yaml; a hub of another branch is never pushed or deployed, and nothing is once the branch has moved on.
func (CI) All(ctx context.Context) error { return ops.Do(ctx, ops.CI) }

// Gates prints who may do what: for each event, what is built, pushed and deployed, with which credentials, and why.
func (CI) Gates(ctx context.Context) error { return ops.Do(ctx, ops.Gates) }
