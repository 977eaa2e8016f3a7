package run

import (
	"os"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/git/gittest"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/session/sessiontest"
	"hub-ops/magefiles/internal/ui"
)

// 'mage push deploy' is two runs of one process: its report tells of both, and of what another process has done, nothing.
func TestTheReportOfACommandLineHasAllItsTargets(t *testing.T) {
	repository, cache := gittest.New(t, "hubops.yaml", "{}\n"), "HUBOPS_CACHE="+t.TempDir()
	target := func(verb string) string {
		s, _ := sessiontest.Open(t, repository, []string{"SANDBOX=0", cache})
		s.Run.Redact.Add("correct-horse")
		s.Console.Mask = s.Run.Redact.Mask
		r := New(s)
		r.goOnFromBefore()
		r.Console.Begin("course", verb, "it has changed")
		r.Console.End("course", verb, ui.Ended{Outcome: "that was the " + verb + " of correct-horse"})
		content, err := os.ReadFile(r.writeReport(t.Context(), nil))
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
	if page := target("push"); !strings.Contains(page, "that was the push") {
		t.Errorf("nothing of the push")
	}
	if page := target("deploy"); !strings.Contains(page, "that was the push") || !strings.Contains(page, "that was the deploy") {
		t.Errorf("not of both")
	}
	s, _ := sessiontest.Open(t, repository, []string{"SANDBOX=0", cache})
	kept, err := os.ReadFile(s.Page(factsName))
	if err != nil || strings.Contains(string(kept), "correct-horse") || !strings.Contains(string(kept), process.Itself()) {
		t.Fatalf("%v: kept for the next target:\n%s", err, kept)
	}
	if _, err := s.KeepPage(factsName, strings.Replace(string(kept), process.Itself(), "process 1", 1)); err != nil {
		t.Fatal(err)
	}
	if page := target("rollout"); strings.Contains(page, "that was the push") || !strings.Contains(page, "that was the rollout") {
		t.Errorf("what another process has done is in it")
	}
}
