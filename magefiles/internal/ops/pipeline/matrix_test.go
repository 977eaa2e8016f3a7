package pipeline

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/share"
	"hub-ops/magefiles/internal/survey"
)

func TestHubsWithSomethingToDoAreToldFromTheOthers(t *testing.T) {
	do, wait := plan.Step{Do: true}, plan.Step{Refused: true, Waits: true}
	part := &survey.Survey{
		Hubs: []hub.Hub{{Name: "a"}, {Name: "b"}, {Name: "c"}, {Name: "d"}},
		Plan: plan.Plan{Hubs: []plan.Hub{{Name: "a", Deploy: do}, {Name: "b", Deploy: plan.Step{Refused: true}}, {Name: "c", Build: do}, {Name: "d", Deploy: wait}}},
	}
	all, todo := toDivide([]share.Hub{{Name: "a"}, {Name: "b"}, {Name: "c", Stage: 1}, {Name: "d"}, {Name: "of another cluster"}}, []*survey.Survey{part})
	if len(all) != 5 || all[4].Takes != time.Minute {
		t.Errorf("all are %+v", all)
	}
	var names []string
	for _, h := range todo {
		names = append(names, h.Name)
		if h.Takes != time.Minute {
			t.Errorf("%s takes %s, and nobody knows how long", h.Name, h.Takes)
		}
	}
	if strings.Join(names, "") != "acd" || todo[1].Stage != 1 {
		t.Errorf("got %+v", todo)
	}
}

// Of a matrix that is made in each run, what has nothing to do makes no further group: a file has jobs for so many. One that is kept has all.
func TestWhatHasNothingToDoMakesNoGroup(t *testing.T) {
	all := []share.Hub{{Name: "a", Takes: 2}, {Name: "b", Takes: 1}, {Name: "c", Stage: 1, Takes: 1}}
	for system, want := range map[string]string{"github": "[[1 2]] 1:a+2:b,c", "gitlab": "[[1 2] [3]] 1:a+2:b+3:c", "travis": "[[1 2] [3]] 1:a+2:b+3:c"} {
		made := divide(system, all, all[:2], 8)
		if got := fmt.Sprint(made.Groups, " ", made.Division); got != want {
			t.Errorf("%s: got %s, want %s", system, got, want)
		}
	}
}

func TestWhatIsNotRecordedTakesAsLongAsTheOthers(t *testing.T) {
	for want, takes := range map[time.Duration]map[string]time.Duration{
		time.Minute:      nil,
		2 * time.Minute:  {"a": time.Hour, "b": 2 * time.Minute, "c": time.Second},
		time.Second:      {"a": 0},
		30 * time.Second: {"a": 30 * time.Second, "b": 0},
	} {
		if got := median(takes); got != want {
			t.Errorf("%v: got %s, want %s", takes, got, want)
		}
	}
}
