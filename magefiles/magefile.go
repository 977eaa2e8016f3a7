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
	"ci":      CI.All,
	"lint":    Lint.All,
	"setup":   Setup.All,
	"sandbox": Sandbox.All,
}

// Plan prints what would be done to each hub, and why; it changes nothing.
// It asks Git for the content of each image, the registry for the image, and the CI system for the event.
func Plan(ctx context.Context) error { return ops.Do(ctx, ops.Plan) }

// Status prints what the cluster holds of each hub: release, revision, image, pods.
// Releases of hubs that are no longer in the repository are named at the end.
func Status(ctx context.Context) error { return ops.Do(ctx, ops.Status) }

// Docs builds the documentation site; a broken link fails.
// The pages of targets and variables are written from the code; in CI one that is stale fails instead.
func Docs(ctx context.Context) error { return ops.Do(ctx, ops.Docs) }

// Test runs go vet and all tests with the race detector, on a sandbox of their own.
// It needs a Docker engine. The tools that the tests run are built first, once.
func Test(ctx context.Context) error { return ops.Do(ctx, ops.Test) }

// Fuzz runs every fuzz test, each for FUZZ_TIME: names, YAML, Dockerfiles, keys, the environment of CI, and the masking
// of secrets. FUZZ names some of them; each has one core, and as many run as there are. The tests themselves run them
// with the inputs that are kept; this looks for new ones.
func Fuzz(ctx context.Context) error { return ops.Do(ctx, ops.Fuzz) }

// setupImages and setupCluster are the parts of Setup that push and deploy need.
func setupImages(ctx context.Context) error { return ops.Do(ctx, ops.SetupImages) }

func setupCluster(ctx context.Context) error { return ops.Do(ctx, ops.SetupCluster) }

// allowed stops a run before its first side effect: at a name that is no hub, or an event that may not.
func allowed(ctx context.Context, verb, hub string) error { return ops.Do(ctx, ops.Allowed(verb, hub)) }

// mayTouch is allowed for a hub that need not be in the repository any more.
func mayTouch(ctx context.Context, verb, hub string) error {
	return ops.Do(ctx, ops.MayTouch(verb, hub))
}
