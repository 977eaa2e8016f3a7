package deploy

import (
	"cmp"
	"slices"
	"sync"

	"hub-ops/magefiles/internal/document"
	"hub-ops/magefiles/internal/ops/pipeline"
	"hub-ops/magefiles/internal/review"
)

// applied are the differences that deploys of a run have made, or were about to make.
type applied struct {
	mu    sync.Mutex
	diffs []document.Diff
}

func (a *applied) add(diff document.Diff) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.diffs = append(a.diffs, diff)
}

// summariseDeploy adds to the job's page what was deployed, against what the cluster had: as diff:hub shows it.
func (d *deploying) summariseDeploy() {
	d.applied.mu.Lock()
	defer d.applied.mu.Unlock()
	if len(d.applied.diffs) == 0 {
		return
	}
	diffs := slices.SortedFunc(slices.Values(d.applied.diffs), func(a, b document.Diff) int { return cmp.Compare(a.Hub, b.Hub) })
	var parts []review.Part
	for _, diff := range diffs {
		diff = document.Shown(diff, d.Console.Shown)
		parts = append(parts, review.Part{Text: diff.Markdown(), Brief: diff.Brief()})
	}
	pipeline.Summarise(d.Run, "\n"+review.Fit(review.LongestSummary, "**Deploy**: what changes, compared with the cluster\n", parts...))
}
