package deploy

import (
	"cmp"
	"math"
	"slices"
	"sync"

	"hub-ops/magefiles/internal/document"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/fanout"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/survey"
)

// outcomes are how a deploy ended, for each hub.
type outcomes struct {
	mu      sync.Mutex
	of      map[string]fanout.Outcome
	stopped string // why nothing, or nothing more, was deployed
}

func (o *outcomes) note(how fanout.Outcome) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.of == nil {
		o.of = map[string]fanout.Outcome{}
	}
	if !o.of[how.Hub].Begun { // or it was told before that it waits
		o.of[how.Hub] = how
	}
}

// document is what became of each hub of a survey, of which the parts have the newest plan.
func (o *outcomes) document(commit string, parts []*survey.Survey) document.Deploy {
	o.mu.Lock()
	defer o.mu.Unlock()
	doc := document.Deploy{Version: document.Version, Kind: document.DeployKind, Commit: commit, Stopped: o.stopped}
	for _, part := range parts {
		for _, h := range part.Plan.Hubs {
			how, told := o.of[h.Name]
			one := outcomeOf(h, how, told)
			one.Cluster = part.Cluster
			doc.Hubs = append(doc.Hubs, one)
		}
	}
	slices.SortFunc(doc.Hubs, func(a, b document.DeployedHub) int { return cmp.Compare(a.Hub, b.Hub) })
	return doc
}

func outcomeOf(h plan.Hub, how fanout.Outcome, told bool) document.DeployedHub {
	one := document.DeployedHub{Hub: h.Name, Text: how.Text, Seconds: math.Round(how.Took.Seconds()*10) / 10}
	switch {
	case how.Err != nil:
		one.Is, one.Text, one.Remedy, one.ExitCode = document.Failed, exit.Cause(how.Err), exit.Remedy(how.Err), exit.Code(how.Err)
	case how.Begun:
		one.Is = document.Done
	case h.Deploy.Waits:
		one.Is, one.Text = document.Waits, h.Deploy.Reason
	case !h.Deploy.Do && (told || !h.Deploy.Blocked):
		one.Is = document.LeftOut
		one.Text = cmp.Or(how.Text, "no deploy: "+h.Deploy.Reason)
	default:
		one.Is, one.Text = document.NotBegun, cmp.Or(how.Text, h.Deploy.Reason)
	}
	return one
}
