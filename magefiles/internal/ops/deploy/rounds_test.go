package deploy

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/ops/run"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/session"
	"hub-ops/magefiles/internal/survey"
	"hub-ops/magefiles/internal/ui"
)

// inRounds is a deploy of three rounds to one cluster, with the plans of its hubs.
func inRounds(out io.Writer, settings *config.Config, hubs ...plan.Hub) *rounds {
	found := &survey.Survey{}
	found.Facts.Rounds.Steps = make([]config.Round, 3)
	found.Plan.Hubs = hubs
	for _, h := range hubs {
		found.Hubs = append(found.Hubs, hub.Hub{Name: h.Name})
	}
	s := &session.Session{Config: settings, Console: ui.New(out, out, false)}
	return &rounds{deploying: &deploying{Run: &run.Run{Session: s}}, found: found, parts: []*roundsPart{{Survey: found}}, begun: map[string]bool{}, failedAt: map[int]string{}}
}

func waits(name string, round, after int, opens time.Duration) plan.Hub {
	return plan.Hub{
		Name: name, Deploy: plan.Step{Refused: true, Waits: true, Reason: "waits for round"},
		Round: plan.Round{Number: round, After: after, Opens: opens, Change: []history.Kind{history.ChartKind}},
	}
}

func TestARunWaitsForAShortSoakTimeAlone(t *testing.T) {
	for name, test := range map[string]struct {
		hubs []plan.Hub
		want time.Duration // that it waits; 0: it ends
	}{
		"short":            {[]plan.Hub{waits("a", 2, 1, 4*time.Minute)}, 4 * time.Minute},
		"long":             {[]plan.Hub{waits("a", 2, 1, 6*time.Minute)}, 0},
		"over in a moment": {[]plan.Hub{waits("a", 2, 1, time.Millisecond)}, time.Second},
		"the next round":   {[]plan.Hub{waits("b", 3, 1, time.Minute), waits("a", 2, 1, 2*time.Minute)}, 2 * time.Minute},
		"it failed":        {[]plan.Hub{waits("a", 2, 1, 0)}, 0},
		"nothing waits":    {[]plan.Hub{{Name: "a"}}, 0},
		"nothing is there": {nil, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			goOn, err := inRounds(io.Discard, &config.Config{RoundWait: 5 * time.Minute}, test.hubs...).soak(t.Context())
			if took := time.Since(start); err != nil || goOn != (test.want > 0) || took != test.want {
				t.Errorf("%s: waits %s (%v, %v), want %s", name, took, goOn, err, test.want)
			}
		})
	}
}

func TestWaitingCanBeInterruptedAndIsNotSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		goOn, err := inRounds(&out, &config.Config{RoundWait: time.Hour}, waits("a", 2, 1, time.Hour)).soak(ctx)
		if goOn || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("goes on: %v, %v", goOn, err)
		}
		if beats := strings.Count(out.String(), "still waiting for the end of the soak time"); beats < 8 || !strings.Contains(out.String(), "round 1 of 3 soaks until ") {
			t.Errorf("%d heartbeats in %q", beats, out.String())
		}
	})
}

func TestTheLastLineSaysHowItGoesOn(t *testing.T) {
	for name, test := range map[string]struct {
		hubs []plan.Hub
		want string // of the last line, in its beginning
	}{
		"a soak time":   {[]plan.Hub{waits("b", 3, 1, time.Hour), waits("a", 2, 1, time.Hour)}, "round 1 of 3 is deployed; round 2 may begin at "},
		"an empty one":  {[]plan.Hub{waits("b", 3, 1, time.Hour)}, "round 1 of 3 is deployed; round 3 may begin at "},
		"a failure":     {[]plan.Hub{waits("a", 2, 1, 0)}, "round 2 of 3 waits for round"},
		"nothing waits": {[]plan.Hub{{Name: "a"}}, ""},
	} {
		var out strings.Builder
		if failures := inRounds(&out, &config.Config{}, test.hubs...).conclude(t.Context()); len(failures) > 0 {
			t.Errorf("%s: %v", name, failures)
		}
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		if last := lines[len(lines)-1]; !strings.HasPrefix(last, test.want) || (last == "") != (test.want == "") {
			t.Errorf("%s: got %q, want %q", name, last, test.want)
		}
	}
}

// A hub has its turn once a run, whatever the plan says of it then: a run that fails ends.
func TestAHubHasOneTurnARun(t *testing.T) {
	does := func(name string, round int, kinds ...history.Kind) plan.Hub {
		return plan.Hub{Name: name, Deploy: plan.Step{Do: true}, Round: plan.Round{Number: round, Change: kinds}}
	}
	d := inRounds(io.Discard, &config.Config{}, does("a", 2, history.ChartKind), does("values", 1), waits("b", 3, 2, 0), plan.Hub{Name: "unchanged"})
	names := func(turns []turn) (names []string) {
		for _, t := range turns {
			for _, h := range t.hubs {
				names = append(names, h.Name)
			}
		}
		return names
	}
	if got := strings.Join(names(d.due(true)), " "); got != "a values unchanged" {
		t.Errorf("first: %s", got)
	}
	if got := beginning(d.due(false)); got != 2 {
		t.Errorf("round %d begins", got)
	}
	d.begun["a"] = true
	if got := strings.Join(names(d.due(false)), " "); got != "values" || beginning(d.due(false)) != 0 {
		t.Errorf("then: %s", got)
	}
	d.failedAt[2] = "a"
	if got := d.stopped(does("c", 2, history.ChartKind).Round); got != "a of the same round failed" {
		t.Errorf("another one of the round: %q", got)
	}
	if got := d.stopped(does("values", 2).Round) + d.stopped(does("d", 1, history.ChartKind).Round); got != "" {
		t.Errorf("what is not of the round: %q", got)
	}
	waves := [][]string{{"support"}, {"*"}}
	d.parts[0].unwell = []string{"support"}
	if part := d.parts[0]; !part.behind(waves, "a") || part.behind(waves, "support") || part.behind(nil, "a") {
		t.Error("a hub of a later wave than the one that failed is not held, or another one is")
	}
}
