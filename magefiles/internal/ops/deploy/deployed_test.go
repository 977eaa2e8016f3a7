package deploy

import (
	"errors"
	"io"
	"testing"
	"time"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/document"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/fanout"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/session"
	"hub-ops/magefiles/internal/survey"
	"hub-ops/magefiles/internal/ui"
)

func TestWhatBecameOfEachHub(t *testing.T) {
	step := func(do, waits bool, reason string) plan.Step { return plan.Step{Do: do, Waits: waits, Reason: reason} }
	part := &survey.Survey{Cluster: "west", Plan: plan.Plan{Hubs: []plan.Hub{
		{Name: "unchanged", Deploy: step(false, false, "unchanged since revision 3")},
		{Name: "fine", Deploy: step(true, false, "never deployed")},
		{Name: "broke", Deploy: step(true, false, "never deployed")},
		{Name: "behind", Deploy: step(true, false, "never deployed")},
		{Name: "later", Deploy: step(true, true, "waits for round 1")},
		{Name: "away", Deploy: step(true, false, "the cluster was not asked")},
	}}}
	all := &outcomes{stopped: "the branch has moved on"}
	for _, how := range []fanout.Outcome{
		{Hub: "unchanged", Text: "no deploy: unchanged since revision 3"},
		{Hub: "fine", Begun: true, Text: "deployed", Took: 1234 * time.Millisecond},
		{Hub: "fine", Text: "no deploy: deployed by this run"},
		{Hub: "broke", Begun: true, Err: exit.With(exit.Helm, exit.Try(errors.New("helm said no"), "ask it why"))},
		{Hub: "behind", Text: "not begun: a hub of an earlier wave failed"},
	} {
		all.note(how)
	}
	want := []document.DeployedHub{
		{Hub: "away", Is: "not begun", Text: "the cluster was not asked"},
		{Hub: "behind", Is: "not begun", Text: "not begun: a hub of an earlier wave failed"},
		{Hub: "broke", Is: "failed", Text: "helm said no", Remedy: "ask it why", ExitCode: exit.Helm},
		{Hub: "fine", Is: "done", Text: "deployed", Seconds: 1.2},
		{Hub: "later", Is: "waits", Text: "waits for round 1"},
		{Hub: "unchanged", Is: "left out", Text: "no deploy: unchanged since revision 3"},
	}
	doc := all.document("c", []*survey.Survey{part})
	if len(doc.Hubs) != len(want) || doc.Stopped == "" {
		t.Fatalf("%+v", doc)
	}
	for i, got := range doc.Hubs {
		want[i].Cluster = "west"
		if got != want[i] {
			t.Errorf("got %+v, want %+v", got, want[i])
		}
	}
}

// A cluster on whose hubs nothing is to be deployed is not asked: here is none that could answer.
func TestAClusterWithNothingToDeployIsNotAsked(t *testing.T) {
	settings := &config.Config{Clusters: []config.Cluster{{Name: "lab"}}}
	d := &deploying{Run: &run.Run{Session: &session.Session{Config: settings, Console: ui.New(io.Discard, io.Discard, false)}}}
	part := &survey.Survey{Cluster: "lab", Hubs: []hub.Hub{{Name: "lab-a"}}, Plan: plan.Plan{Hubs: []plan.Hub{{Name: "lab-a"}}}}
	end, err := d.deployOn(t.Context(), part, fanout.All(), func(plan.Hub) plan.Step { return plan.Step{Reason: "not from here"} })
	if err != nil || end != run.NothingToDo {
		t.Errorf("the cluster %s: %v", end, err)
	}
}
