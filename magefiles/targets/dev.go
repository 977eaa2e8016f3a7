package targets

import (
	"context"

	"github.com/magefile/mage/mg"

	"hub-ops/magefiles/internal/dev"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/session"
)

// Dev works on the project itself, and on no hub.
type Dev mg.Namespace

// Docs builds the documentation site; a broken link fails, and so does a page that cannot be read by keyboard or by a screen reader.
// The pages of reference and of failures are written from the code; in CI one that is stale fails instead.
func Docs(ctx context.Context) error {
	return run.Do(ctx, "docs", func(ctx context.Context) error { return dev.Docs(ctx, run.Of(ctx).Session) })
}

// Test runs go vet and all tests with the race detector, on a sandbox of their own.
// It says first which programs it uses, which are missing, and how to install them; tests that want a missing one are left
// out, and named at the end. The tools that the tests run are built, once.
func Test(ctx context.Context) error { return onProject(ctx, "test", dev.Test) }

// Tools are the programs that hub-ops starts.
type Tools mg.Namespace

// Pin writes magefiles/tools/images.sum: by which images of Kubernetes' registry tools are taken ready-made in place of being built.
// A run takes what is pinned there where that registry can be reached, by its digest, and builds the rest.
func (Tools) Pin(ctx context.Context) error { return onProject(ctx, "tools:pin", dev.PinTools) }

// Lint runs golangci-lint over the project's Go code.
func (Dev) Lint(ctx context.Context) error { return onProject(ctx, "dev:lint", dev.Lint) }

// Fuzz runs every fuzz test, each for FUZZ_TIME: names, YAML, Dockerfiles, keys, the environment of CI, and the masking
// of secrets. FUZZ names some of them; each has one core, and as many run as there are. The tests themselves run them
// with the inputs that are kept; this looks for new ones.
func (Dev) Fuzz(ctx context.Context) error { return onProject(ctx, "dev:fuzz", dev.Fuzz) }

// Release compiles the commit that is checked out to programs called hubs, for Linux and macOS, amd64 and arm64, in an empty directory,
// with their checksums in SHA256SUMS. The same commit and version of Go make the same bytes.
func (Dev) Release(ctx context.Context, directory string) error {
	return onProject(ctx, "dev:release", func(ctx context.Context, s *session.Session) error { return dev.Release(ctx, s, directory) })
}

// BenchPush prints, for each builder, how much faster a push is than docker's, and skopeo's where there is one.
// It builds an image of 1.6 GB from files of this machine, needs 20 GB of disk, and takes half an hour.
func (Dev) BenchPush(ctx context.Context) error {
	return onProject(ctx, "dev:benchpush", func(ctx context.Context, s *session.Session) error {
		return dev.BenchPush(ctx, s, run.Of(ctx).To)
	})
}

// BenchDeploy prints what deploys of 50 hubs cost in a sandbox of their own, and how much faster they are than a script's commands.
// It takes some minutes.
func (Dev) BenchDeploy(ctx context.Context) error {
	return onProject(ctx, "dev:benchdeploy", dev.BenchDeploy)
}

// BenchDiagnosis prints how long a deploy that cannot succeed takes to tell why, and whether deploys of hubs that are well succeed.
// It starts a sandbox of its own: with a real node where there can be one, which takes six minutes, or with played ones, beside plain helm.
func (Dev) BenchDiagnosis(ctx context.Context) error {
	return onProject(ctx, "dev:benchdiagnosis", dev.BenchDiagnosis)
}

// BenchPlan prints what plans of 100 and of 1,000 unchanged hubs take, all and one among them, and how they grow.
// It starts a sandbox of its own, and takes some minutes.
func (Dev) BenchPlan(ctx context.Context) error {
	return onProject(ctx, "dev:benchplan", dev.BenchPlan)
}

// onProject does a target for work on hub-ops itself, and refuses it in a repository of hubs.
func onProject(ctx context.Context, target string, do func(context.Context, *session.Session) error) error {
	return run.Do(ctx, target, func(ctx context.Context) error {
		s := run.Of(ctx).Session
		if err := dev.CheckOwn(s, target); err != nil {
			return err
		}
		return do(ctx, s)
	})
}

// BenchFleet prints what a plan, a deploy without changes and a deploy of 100 changed hubs take among 1,000 hubs and 10,000 commits, their memory and
// their growth, beside git log, helm list and get, the commands of deploy.py, and helmfile. It builds helmfile, starts a sandbox of its own, and takes a quarter of an hour.
func (Dev) BenchFleet(ctx context.Context) error {
	return run.Do(ctx, "bench", func(ctx context.Context) error { return dev.BenchFleet(ctx, run.Of(ctx).Session) })
}
