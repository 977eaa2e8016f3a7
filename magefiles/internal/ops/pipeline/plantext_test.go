package pipeline

import (
	"testing"

	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/survey"
)

func TestWhatAPlanComesTo(t *testing.T) {
	do, no, refused, waits := plan.Step{Do: true}, plan.Step{}, plan.Step{Refused: true}, plan.Step{Do: true, Waits: true}
	parts := []*survey.Survey{
		{Plan: plan.Plan{Hubs: []plan.Hub{{Images: []plan.Image{{Build: do, Push: do}, {Build: do, Push: refused}}, Deploy: do}, {Deploy: no}}}},
		{Plan: plan.Plan{Hubs: []plan.Hub{{Images: []plan.Image{{}}, Deploy: refused}, {Deploy: waits}}}},
	}
	if got, want := planSums(parts), "4 hubs: build 2, push 1 (refused 1), deploy 1 (refused 1) (waits 1)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
