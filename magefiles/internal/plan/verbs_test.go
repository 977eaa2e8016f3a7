package plan

import (
	"slices"
	"testing"
)

// What others see, the gate decides: a verb that changes a registry or a cluster goes on exactly where a hub may be pushed and deployed.
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
			if err != nil || step.Do && !made.Hubs[0].Gate.Do || step.Do != (made.Hubs[0].Pass.For(c.Hub) == nil) || step.Reason == "" {
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
		if good := h.Pass.For(c.Hub) == nil; good != h.Gate.Do || h.Pass.For("another") == nil || (h.Pass.Hub() == c.Hub) != good {
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
	if count != len(Verbs()) || !slices.Contains(titles, "push, images:prune, deploy, rollback, remove, ci") {
		t.Errorf("%d verbs in %q", count, titles)
	}
}
