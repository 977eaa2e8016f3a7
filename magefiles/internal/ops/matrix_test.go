package ops

import (
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
