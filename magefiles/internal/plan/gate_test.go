package plan

import (
	"strings"
	"testing"

	"hub-ops/magefiles/internal/ci"
)

// TestGateTable holds every row of the table that gates prints against what was decided.
func TestGateTable(t *testing.T) {
	const all, registry = "registry, cluster, secrets", "registry"
	want := map[string][4]string{ // build, push, deploy, credentials
		"a run on somebody's machine":                                        {"do", "do", "do", all},
		"push to the branch that owns the hub":                               {"do", "do", "do", all},
		"push to staging, a hub of staging":                                  {"do", "do", "do", all},
		"push to staging, a hub of master":                                   {"refuse", "refuse", "refuse", all},
		"push to staging, a hub of master that its own file takes":           {"refuse", "refuse", "refuse", all},
		"push to another branch, whose own file takes the hub":               {"do", "refuse", "refuse", registry},
		"push to master, a hub of staging":                                   {"refuse", "refuse", "refuse", all},
		"push, and the branch has moved on":                                  {"refuse", "refuse", "refuse", all},
		"push, and the branch was deleted since":                             {"refuse", "refuse", "refuse", all},
		"push to staging, a hub of no branch":                                {"refuse", "refuse", "refuse", all},
		"push to another branch":                                             {"do", "refuse", "refuse", registry},
		"pull request from this repository":                                  {"do", "refuse", "refuse", registry},
		"pull request from a fork":                                           {"do", "refuse", "refuse", "none"},
		"tag":                                                                {"do", "refuse", "refuse", registry},
		"cron":                                                               {"do", "refuse", "refuse", registry},
		"cron of the branch that owns the hub, with rounds.resume: schedule": {"refuse", "refuse", "do", all},
		"cron of another branch, whose own file takes the hub and says so":   {"refuse", "refuse", "refuse", registry},
		"build by the API, or by hand":                                       {"do", "refuse", "refuse", registry},
		"a CI system that is not known":                                      {"do", "refuse", "refuse", "none"},
	}
	if len(Cases()) != len(want) {
		t.Errorf("the table has %d cases, the test %d", len(Cases()), len(want))
	}
	word := func(step Step) string {
		verb, _, _ := strings.Cut(show(step), ":")
		return verb
	}
	for _, c := range Cases() {
		plan, err := Make(c.Facts())
		if err != nil {
			t.Fatal(err)
		}
		h := plan.Hubs[0]
		if got := [4]string{word(h.Build), word(h.Push), word(h.Deploy), c.Access()}; got != want[c.Name] || h.Deploy.Reason == "" {
			t.Errorf("%s: got %q (%s), want %q", c.Name, got, h.Deploy.Reason, want[c.Name])
		}
	}
}

// Whatever the rest of an event says: only two things ever open the gate, and one more that of a scheduled build.
func TestNothingElseOpensTheGate(t *testing.T) {
	opened, resumed := 0, 0
	for _, kind := range []ci.Kind{ci.Local, ci.PullRequest, ci.Push, ci.Tag, ci.Cron, ci.API, ci.Other, "", "push "} {
		for _, branch := range []string{"", "master", "staging", "Master", "feature"} {
			for _, own := range ownerships() {
				for _, fork := range []bool{true, false} {
					for _, tip := range []ci.Tip{{}, {Commit: "abc"}, {Deleted: true}} {
						for _, resumes := range []bool{true, false} {
							event := ci.Event{Kind: kind, Branch: branch, Fork: fork, Tip: tip, Resumes: resumes}
							owned := branch != "" && own.Here == branch && own.Published == branch && own.From != ""
							ofOwner := !fork && tip == ci.Tip{} && owned
							open := kind == ci.Local || kind == ci.Push && ofOwner
							if got := Gate(event, "a", own); got.Do != open || got.Refused == open || got.Reason == "" {
								t.Errorf("%+v, %+v: %+v", event, own, got)
							}
							goesOn := kind == ci.Cron && resumes && ofOwner
							if got, pass := Resume(event, "a", own); got.Do != goesOn || got.Refused == goesOn || got.Reason == "" || (pass.For("a") == nil) != goesOn || pass.ForImage("a") == nil {
								t.Errorf("a scheduled build, %+v, %+v: %+v with %+v", event, own, got, pass)
							}
							if open && kind == ci.Push && !resumes {
								opened++
							}
							if goesOn {
								resumed++
							}
						}
					}
				}
			}
		}
	}
	if opened != 2 || resumed != 2 {
		t.Errorf("%d combinations of a push opened the gate, and %d of a scheduled build", opened, resumed)
	}
}

// ownerships are all ways in which two files and their absence can say which branch owns a hub.
func ownerships() (all []Ownership) {
	for _, here := range []string{"", "master", "staging"} {
		for _, published := range []string{"", "master", "staging"} {
			for _, from := range []string{"", "origin/master"} {
				all = append(all, Ownership{here, published, from})
			}
		}
	}
	return all
}

func TestTheGateSaysWhichFileDecides(t *testing.T) {
	for want, own := range map[string]Ownership{
		"hub of branch master by hubops.yaml of origin/master, which decides; the branch is staging": {"staging", "master", "origin/master"},
		"no branch owns hub a by hubops.yaml of origin/main, which decides":                          {"staging", "", "origin/main"},
		"which branch owns hub a is not known: origin was not asked":                                 {"staging", "staging", ""},
		"hub of branch master, the branch is staging":                                                {"master", "staging", "origin/master"},
		"push to staging, which owns it":                                                             {"staging", "staging", "origin/main"},
	} {
		if got := Gate(push1("staging"), "a", own); got.Reason != want {
			t.Errorf("%+v: got %q, want %q", own, got.Reason, want)
		}
	}
}

func TestStaleBuildsSayWhatBecameOfTheBranch(t *testing.T) {
	for want, tip := range map[string]ci.Tip{
		"stale build: master has moved on to 4f2a91c07d3e, whose own build deploys": {Commit: "4f2a91c07d3e"},
		"stale build: master was deleted after this build was started":              {Deleted: true},
	} {
		event := push1("master")
		event.Tip = tip
		if got := Stale(event); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if gate := Gate(event, "a", Ownership{"master", "master", "origin/master"}); gate.Do || gate.Reason != want {
			t.Errorf("%+v: %+v", tip, gate)
		}
	}
}
