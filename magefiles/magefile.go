//go:build mage

// Many JupyterHubs from one Git repository: build their images, push them, deploy their charts.
package main

import (
	"context"

	"hub-ops/magefiles/internal/ops"
)

// Aliases are the bare words.
var Aliases = map[string]any{
	"build":   Build.All,
	"push":    Push.All,
	"deploy":  Deploy.All,
	"rollout": Rollout.All,
	"sandbox": Sandbox.All,
}

// Setup gets missing tools, and checks that engine, registry and cluster are there and let us in; NO_SETUP=1 leaves it out.
func Setup(ctx context.Context) error { return ops.Do(ctx, ops.Setup) }

// Plan prints what would be done to each hub, and why; it changes nothing.
func Plan(ctx context.Context) error { return ops.Do(ctx, ops.Plan) }

// Status prints what the cluster holds of each hub: release, revision, image, pods.
func Status(ctx context.Context) error { return ops.Do(ctx, ops.Status) }

// CI does what the CI event calls for: a pull request builds, a push to a deploying branch builds, pushes and deploys its hubs.
func CI(ctx context.Context) error { return ops.Do(ctx, ops.CI) }

// Docs builds the documentation site; in CI it fails where a generated page is stale.
func Docs(ctx context.Context) error { return ops.Do(ctx, ops.Docs) }

// Test runs go vet and all tests with the race detector, on a sandbox of their own.
func Test(ctx context.Context) error { return ops.Do(ctx, ops.Test) }

// Lint runs the linters over the Go code.
func Lint(ctx context.Context) error { return ops.Do(ctx, ops.Lint) }

// allowed stops a run before its first side effect: at a name that is no hub, or an event that may not.
func allowed(ctx context.Context, verb, hub string) error { return ops.Do(ctx, ops.Allowed(verb, hub)) }
