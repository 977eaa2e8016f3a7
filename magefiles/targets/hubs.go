// Package targets are the targets of Mage: what depends on what, and then one call each. The project's magefile imports it, and
// magefiles of others can:
//
//	import (
//		//mage:import
//		"hub-ops/magefiles/targets"
//	)
package targets

import (
	"context"
	"fmt"

	"github.com/magefile/mage/mg"

	"hub-ops/magefiles/internal/ops/fleet"
	"hub-ops/magefiles/internal/ops/pipeline"
	"hub-ops/magefiles/internal/ops/repository"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/ops/setup"
	"hub-ops/magefiles/internal/version"
)

// CI does what the CI event calls for: a pull request builds, a push to a deploying branch also pushes and deploys its hubs.
// The event is read from the environment of Travis, GitHub Actions or GitLab CI. Which branch owns which hub is set in
// hubops.yaml on the default branch; a hub of another branch is never pushed or deployed, and nothing is once the branch has moved on.
// A scheduled build builds too or, where rounds.resume says so, goes on with rounds and does nothing else.
// A hub whose image cannot be built or pushed is not deployed, the others are, up to the end of its wave; the run fails at its end.
func CI(ctx context.Context) error {
	return run.Do(ctx, "ci", func(ctx context.Context) error {
		stages := run.Stages(ctx)
		mg.SerialCtxDeps(stages, Lint, Plan)
		if err := pipeline.Review(ctx); err != nil {
			return err
		}
		duty, err := pipeline.DutyOf(ctx)
		if err != nil {
			return err
		}
		switch duty {
		case pipeline.DoBuild:
			mg.SerialCtxDeps(stages, Build.All)
			if err := pipeline.ReviewBuilt(ctx); err != nil {
				return err
			}
			mg.SerialCtxDeps(stages, Docs)
			return pipeline.TellNothingDeployed(ctx)
		case pipeline.DoDeploy:
			mg.SerialCtxDeps(run.GoOn(stages), Setup, Build.All, Push.All, Deploy.All) // which ends in the rollout
			return run.AtTheEnd(ctx, nil)
		case pipeline.DoResume:
			mg.SerialCtxDeps(stages, Deploy.All)
		case pipeline.DoNothing:
		}
		return nil
	})
}

// Ci is what CI does beside CI itself.
type Ci mg.Namespace

// Matrix prints waves and groups of hubs as the jobs of a CI system: a matrix for GitHub, a file for GitLab or Travis.
// In each of these jobs SHARE and SHARES say which hubs 'ci' is about. The shares are balanced by how long the last deploys took, where the
// cluster can be asked. MATRIX_JOBS says how many there are at most, MATRIX_FOR for which system it is. It changes nothing.
func (Ci) Matrix(ctx context.Context) error { return run.Do(ctx, "matrix", pipeline.Matrix) }

// Plan prints what would be done to each hub, and why; it changes nothing.
// It asks Git for the content of each image, the registry for the image, and the CI system for the event.
func Plan(ctx context.Context) error { return run.Do(ctx, "plan", pipeline.Plan) }

// Status prints what the cluster holds of each hub: release, revision, image, pods; what needs attention first.
// It also tells the chart, commits behind, servers of users, who deployed and when. WATCH=1 goes on at a terminal.
// Releases of hubs that are no longer in the repository are named at the end.
func Status(ctx context.Context) error { return run.Do(ctx, "status", fleet.Status) }

// Lint checks Dockerfiles, charts, values and secrets: what is not pinned, in plain text, or the same for two hubs.
// Each finding has its file and line. hubops.yaml can allow one by its name (lint.allow).
func Lint(ctx context.Context) error { return run.Do(ctx, "lint", repository.Lint) }

// Gates prints who may do what: for each event, which targets may change something, with which credentials, and why not.
func Gates(ctx context.Context) error { return run.Do(ctx, "gates", pipeline.Gates) }

// Check tells everything that push and deploy need, line by line, and how to mend what is not there; it changes nothing.
func Check(ctx context.Context) error { return run.Do(ctx, "check", setup.Check) }

// Explain tells what a code means and what to do: a diagnosis, a rule of lint, an exit code, a reason of the plan.
// It takes a reason as the plan says it, too. It reads no settings. The same stands in the documentation, under failures and reference.
func Explain(code string) error { return run.Explain(code) }

// Version prints which hub-ops this is: the commit, whether files were modified, and the version of Go. It reads no settings.
func Version() error {
	_, err := fmt.Println(version.Text())
	return err
}

// allowed stops a run before its first side effect: at a name that is no hub, or an event that may not.
func allowed(ctx context.Context, verb, hub string) error {
	return run.Do(ctx, "", func(ctx context.Context) error { return run.Allowed(ctx, verb, hub) })
}

// mayTouch is allowed for a hub that need not be in the repository any more.
func mayTouch(ctx context.Context, verb, hub string) error {
	return run.Do(ctx, "", func(ctx context.Context) error { return run.MayTouch(ctx, verb, hub) })
}
