package pipeline

import (
	"cmp"
	"context"
	"slices"
	"time"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/share"
	"hub-ops/magefiles/internal/survey"
)

// Matrix prints the jobs that hubs are divided among, for a CI system.
func Matrix(ctx context.Context) error {
	r := run.Of(ctx)
	if !r.Config.Share.All() {
		return exit.Input("SHARE is set: a share is not divided any further").Try("unset it")
	}
	found, err := r.Surveyor.Of(ctx)
	if err != nil {
		return err
	}
	parts := r.Surveyor.Parts(found)
	answered, unanswered, err := askIfAllowed(ctx, r, found.Concerned(parts))
	if err != nil {
		return err
	}
	for _, why := range unanswered {
		r.Console.Info("", "the shares are not balanced by how long deploys took there: %s", why)
	}
	if err := joinBeyond(ctx, r, found, answered, parts); err != nil {
		return err
	}
	hubs, err := r.Surveyor.Stages(ctx)
	if err != nil {
		return err
	}
	system := matrixSystem(r)
	all, busy := toDivide(hubs, parts)
	matrix := divide(system, all, busy, r.Config.MatrixJobs)
	text, err := matrix.For(system)
	if err != nil {
		return err
	}
	r.Console.Info("", "matrix: %d hubs in %d shares; %d of them have something to do now", len(all), matrix.Division.Number, len(busy))
	r.Console.Document(text)
	return nil
}

// divide makes the matrix for a CI system: of all hubs if it is kept, and else of those that have something to do. The others go along, and make no group of
// their own.
func divide(system string, all, busy []share.Hub, jobs int) share.Matrix {
	if share.IsKept(system) {
		made := share.Divide(all, jobs)
		return share.Matrix{Division: made, Groups: made.Groups(all)}
	}
	made := share.Divide(busy, jobs)
	return share.Matrix{Division: made.Along(all), Groups: made.Groups(busy)}
}

// matrixSystem is the CI system that the matrix is for: the one that is named, or else that of the run, or else the first.
func matrixSystem(r *run.Run) string {
	system := r.Config.Event.Provider
	if !slices.Contains(share.Systems(), system) {
		system = share.Systems()[0]
	}
	return cmp.Or(r.Config.MatrixFor, system)
}

// toDivide are all hubs, each with how long its last deploy took, and those of them that a run may do something about.
func toDivide(hubs []share.Hub, parts []*survey.Survey) (all, busy []share.Hub) {
	takes, wanted := map[string]time.Duration{}, map[string]bool{}
	for _, part := range parts {
		for i, h := range part.Plan.Hubs {
			wanted[h.Name] = h.Build.Do || h.Push.Do || h.Deploy.Do || h.Deploy.Waits
			if part.Fleet == nil {
				continue
			}
			for _, revision := range slices.Backward(part.Fleet.Release(part.Hubs[i].At).Revisions) {
				if took, known := revision.Took(); known {
					takes[h.Name] = took
					break
				}
			}
		}
	}
	usual := median(takes)
	all = slices.Clone(hubs)
	for i, h := range all {
		all[i].Takes = cmp.Or(takes[h.Name], usual)
	}
	return all, slices.DeleteFunc(slices.Clone(all), func(h share.Hub) bool { return !wanted[h.Name] })
}

// median is how long a deploy takes of which nothing is recorded.
func median(takes map[string]time.Duration) time.Duration {
	var all []time.Duration
	for _, took := range takes {
		all = append(all, took)
	}
	if len(all) == 0 {
		return time.Minute
	}
	slices.Sort(all)
	return max(all[len(all)/2], time.Second)
}
