package deploy

import (
	"strings"
	"testing"

	"hub-ops/magefiles/internal/document"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/fanout"
	"hub-ops/magefiles/internal/plan"
)

func TestWhatIsAnnounced(t *testing.T) {
	doc := document.Deploy{Commit: "0123456789abcdef", Hubs: []document.DeployedHub{
		{Hub: "a", Is: document.Done}, {Hub: "b", Is: document.Failed, Text: "helm said no"}, {Hub: "c", Is: document.LeftOut}, {Hub: "d", Is: document.Waits}, {Hub: "e", Is: document.NotBegun},
	}}
	for on, want := range map[string]string{"deploys failures": "a / b / b: helm said no / e", "deploys": "a /  /  / ", "failures": " / b / b: helm said no / e", "": " /  /  / "} {
		told := toldOf(doc, strings.Fields(on))
		got := strings.Join([]string{strings.Join(told.Deployed, " "), strings.Join(told.Failed, " "), strings.Join(told.Why, " "), strings.Join(told.NotBegun, " ")}, " / ")
		if got != want || told.Commit != "0123456789ab" {
			t.Errorf("%s: got %q, want %q", on, got, want)
		}
	}
	doc.Stopped = "stale build"
	if told := toldOf(doc, []string{"failures"}); len(told.NotBegun) > 0 {
		t.Errorf("the newer commit's run deploys them: %q", told.NotBegun)
	}
}

// Only a hub that the plan would deploy counts as not begun: one of another branch is left out, whether or not its cluster was reached.
func TestAHubThatTheRunDidNotReach(t *testing.T) {
	refused := plan.Step{Refused: true, Reason: "hub of branch b"}
	blocked := plan.Step{Refused: true, Blocked: true, Reason: "its image was not built"}
	failed := fanout.Outcome{Err: exit.Input("its image was not built")}
	for name, test := range map[string]struct {
		step plan.Step
		how  fanout.Outcome
		told bool
		want string
	}{
		"an earlier wave failed":      {plan.Step{Do: true}, fanout.Outcome{Text: "not begun: a hub of an earlier wave failed"}, true, document.NotBegun},
		"its cluster is away":         {plan.Step{Do: true}, fanout.Outcome{}, false, document.NotBegun},
		"another branch's, and away":  {refused, fanout.Outcome{}, false, document.LeftOut},
		"another branch's":            {refused, fanout.Outcome{Text: "no deploy"}, true, document.LeftOut},
		"something is in its own way": {blocked, failed, true, document.Failed},
		"blocked, and away":           {blocked, fanout.Outcome{}, false, document.NotBegun},
	} {
		if got := outcomeOf(plan.Hub{Name: "a", Deploy: test.step}, test.how, test.told).Is; got != test.want {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}
