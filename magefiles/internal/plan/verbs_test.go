package plan

import (
	"slices"
	"strings"
	"testing"
)

// What others see, the gate decides: a verb that changes a registry or a cluster goes on exactly where a hub may be pushed and deployed, and a deploy
// also where a scheduled build goes on with rounds.
func TestTheGateDecidesAboutEveryVerbThatChangesSomething(t *testing.T) {
	changing := 0
	for _, verb := range Verbs() {
		if !verb.Changes.Shared() {
			continue
		}
		changing++
		for _, c := range Cases() {
			made, err := Make(c.Facts())
			if err != nil {
				t.Fatal(err)
			}
			step, err := verb.May(c)
			h, deploys := made.Hubs[0], strings.HasPrefix(verb.Target, "deploy:") || verb.Target == "ci"
			want := h.Gate.Do || deploys && h.May.Do
			if err != nil || step.Do != want || want && h.Pass.For(c.Hub) != nil || step.Reason == "" {
				t.Errorf("%s, %s: %+v, %v", verb.Target, c.Name, step, err)
			}
		}
	}
	if changing < 8 {
		t.Errorf("only %d verbs change anything", changing)
	}
}

func TestVerbsAreNamedOnce(t *testing.T) {
	var names []string
	for _, verb := range Verbs() {
		if verb.step == nil || verb.Changes == "" || slices.Contains(names, verb.Target) {
			t.Errorf("%+v", verb)
		}
		names = append(names, verb.Target)
	}
}

func TestOnlyTheGateMakesAPass(t *testing.T) {
	for _, c := range Cases() {
		made, err := Make(c.Facts())
		if err != nil {
			t.Fatal(err)
		}
		h := made.Hubs[0]
		if _, pass := Enter(c.Event, c.Hub, []string{c.Hub}, Ownership{"master", "master", "origin/master"}); c.Event.Resumes && (pass.For(c.Hub) == nil || pass.ForImage(c.Hub) == nil) {
			t.Errorf("%s: it has a pass for more than a deploy", c.Name)
		}
		if good := h.Pass.For(c.Hub) == nil; good != h.May.Do || (h.Pass.ForImage(c.Hub) == nil) != h.Gate.Do || h.Pass.For("another") == nil || (h.Pass.Hub() == c.Hub) != good {
			t.Errorf("%s: %+v with %+v", c.Name, h.Gate, h.Pass)
		}
	}
	if (Pass{}).For("") == nil || (Pass{}).For("a") == nil {
		t.Error("an empty pass is good")
	}
}

func TestColumnsHaveEveryVerb(t *testing.T) {
	columns, err := Columns(Cases(), func(Effect) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	var titles []string
	for _, column := range columns {
		count += len(column.Verbs)
		titles = append(titles, column.Title())
	}
	if count != len(Verbs()) || !slices.Contains(titles, "push, images:prune, rollback, remove, retire, scale") || !slices.Contains(titles, "deploy, ci") {
		t.Errorf("%d verbs in %q", count, titles)
	}
}
