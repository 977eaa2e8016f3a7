//go:build mage

package main

import (
	"context"

	"github.com/magefile/mage/mg"

	"hub-ops/magefiles/internal/dev"
	"hub-ops/magefiles/internal/ops"
)

// Dev works on the project itself, and on no hub.
type Dev mg.Namespace

// Docs builds the documentation site; a broken link fails.
// The pages of targets and variables are written from the code; in CI one that is stale fails instead.
func Docs(ctx context.Context) error {
	return ops.Do(ctx, "docs", func(ctx context.Context) error { return dev.Docs(ctx, ops.Session(ctx)) })
}

// Test runs go vet and all tests with the race detector, on a sandbox of their own.
// It says first which programs it uses, which are missing, and how to install them; tests that want a missing one are left
// out, and named at the end. The tools that the tests run are built, once.
func Test(ctx context.Context) error {
	return ops.Do(ctx, "test", func(ctx context.Context) error { return dev.Test(ctx, ops.Session(ctx)) })
}

// Lint runs golangci-lint over the project's Go code.
func (Dev) Lint(ctx context.Context) error {
	return ops.Do(ctx, "lint", func(ctx context.Context) error { return dev.Lint(ctx, ops.Session(ctx)) })
}

// Fuzz runs every fuzz test, each for FUZZ_TIME: names, YAML, Dockerfiles, keys, the environment of CI, and the masking
// of secrets. FUZZ names some of them; each has one core, and as many run as there are. The tests themselves run them
// with the inputs that are kept; this looks for new ones.
func (Dev) Fuzz(ctx context.Context) error {
	return ops.Do(ctx, "fuzz", func(ctx context.Context) error { return dev.Fuzz(ctx, ops.Session(ctx)) })
}

// BenchPush prints, for each builder, how much faster a push is than docker's, and skopeo's where there is one.
// It builds an image of 1.6 GB from files of this machine, needs 20 GB of disk, and takes half an hour.
func (Dev) BenchPush(ctx context.Context) error {
	return ops.Do(ctx, "bench", func(ctx context.Context) error { return dev.BenchPush(ctx, ops.Session(ctx), ops.Connections(ctx)) })
}

// BenchDeploy prints what deploys of 50 hubs cost in a sandbox of their own, and how much faster they are than a script's commands.
// It takes some minutes.
func (Dev) BenchDeploy(ctx context.Context) error {
	return ops.Do(ctx, "bench", func(ctx context.Context) error { return dev.BenchDeploy(ctx, ops.Session(ctx)) })
}

// BenchDiagnosis prints how long a deploy that cannot succeed takes to tell why, beside plain helm.
// It starts a sandbox of its own, and takes two minutes.
func (Dev) BenchDiagnosis(ctx context.Context) error {
	return ops.Do(ctx, "bench", func(ctx context.Context) error { return dev.BenchDiagnosis(ctx, ops.Session(ctx)) })
}

// BenchPlan prints what plans of 100 and of 1,000 unchanged hubs take, all and one among them, and how they grow.
// It starts a sandbox of its own, and takes some minutes.
func (Dev) BenchPlan(ctx context.Context) error {
	return ops.Do(ctx, "bench", func(ctx context.Context) error { return dev.BenchPlan(ctx, ops.Session(ctx)) })
}
