package ops

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"hub-ops/magefiles/internal/document"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/fanout"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/survey"
	"hub-ops/magefiles/internal/ui"
)

func TestOnlySomeTargetsWriteDocuments(t *testing.T) {
	for line, want := range map[string]string{
		"json: plan": "", "json: plan status": "", "json: deploy:hub a": "", "json: deploy": "", "markdown: diff:hub a": "", ": build:all": "",
		"json: build:all":       "OUTPUT=json: build:all has no such output, nothing was done",
		"json: plan push:hub a": "OUTPUT=json: push:hub has no such output",
		"markdown: status":      "OUTPUT=markdown: status has no such output, nothing was done; leave OUTPUT out; those that have it are diff:hub, plan",
		"json: ci":              "OUTPUT=json: ci has no such output",
	} {
		form, args, _ := strings.Cut(line, ":")
		called, err := checkArguments(strings.Fields(args))
		if err != nil {
			t.Fatal(err)
		}
		err = checkOutput(form, called)
		if (err == nil) != (want == "") || err != nil && (!strings.HasPrefix(err.Error(), want) || exit.Code(err) != exit.BadInput || strings.Contains(err.Error(), "\n")) {
			t.Errorf("%s: got %v, want %q", line, err, want)
		}
	}
	for target := range outputs {
		if _, known := targets[target]; !known {
			t.Errorf("%s is no target", target)
		}
	}
}

// Where a document goes to standard output, nothing else does.
func TestADocumentIsAloneOnStandardOutput(t *testing.T) {
	var out, err strings.Builder
	console := ui.New(&out, &err, false)
	console.Documents = true
	console.Result("a result")
	console.Table([][]string{{"A"}, {"a cell"}})
	console.Document("{}\n")
	if out.String() != "{}\n" || !strings.Contains(err.String(), "a result\n") || !strings.Contains(err.String(), "a cell\n") {
		t.Errorf("out %q, err %q", out.String(), err.String())
	}
	console = ui.New(&out, io.Discard, false)
	console.Mask = func(text string) string { return strings.ReplaceAll(text, "hunter2", "•••") }
	if got := console.Shown("hunter2\x1b[2J"); got != `•••\x1b[2J` {
		t.Errorf("got %q", got)
	}
}

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
