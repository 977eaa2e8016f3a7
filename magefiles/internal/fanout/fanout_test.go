package fanout

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hub-ops/magefiles/internal/diagnosis"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/ui"
)

// record notes which hubs were worked on, and what was printed. Hubs whose names begin with "bad" fail.
type record struct {
	mu     sync.Mutex
	begun  []string
	stdout strings.Builder
}

func (r *record) work(w Work) Work {
	w.Verb, w.Console = "deploy", ui.New(&r.stdout, io.Discard, false)
	w.Do = func(_ context.Context, h hub.Hub, _ func()) (string, error) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.begun = append(r.begun, h.Name)
		if strings.HasPrefix(h.Name, "bad") {
			return "", exit.With(exit.Helm, errors.New(h.Name+" broke"))
		}
		return "done", nil
	}
	return w
}

func hubs(names ...string) []hub.Hub {
	var all []hub.Hub
	for _, name := range names {
		all = append(all, hub.Hub{Name: name})
	}
	return all
}

// Two works of a run share places: no more hubs are worked on at a time, and one that leaves early makes room for the other work's.
func TestWorksShareTheirPlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		at, most, waiting := 0, 0, 0
		together := make(chan struct{}, 3)
		var all sync.WaitGroup
		for _, names := range [][]string{{"a", "b", "c"}, {"d", "e", "f"}} {
			work := new(record).work(Work{AtATime: 2, Together: together})
			work.Do = func(_ context.Context, _ hub.Hub, leave func()) (string, error) {
				mu.Lock()
				at, waiting = at+1, waiting+1
				most = max(most, at)
				mu.Unlock()
				time.Sleep(time.Second)
				mu.Lock()
				at--
				mu.Unlock()
				leave()
				time.Sleep(time.Minute) // all that is left is to wait
				return "done", nil
			}
			all.Go(func() {
				if err := work.Run(t.Context(), hubs(names...), nil); err != nil {
					t.Error(err)
				}
			})
		}
		start := time.Now()
		all.Wait()
		if took := time.Since(start); most != 3 || waiting != 6 || took > time.Minute+3*time.Second || len(together) != 0 {
			t.Errorf("%d at a time, %d in all, in %s, %d places taken", most, waiting, took, len(together))
		}
	})
}

func TestAHubThatFailsStopsNoSiblingButTheWavesAfterIt(t *testing.T) {
	r := new(record)
	work := r.work(Work{AtATime: 2, Waves: [][]string{{"a", "bad-b", "c"}, {"d"}}})
	err := work.Run(t.Context(), hubs("a", "bad-b", "c", "d"), nil)
	if exit.Code(err) != exit.Helm {
		t.Errorf("got %v", err)
	}
	slices.Sort(r.begun)
	if got := strings.Join(r.begun, " "); got != "a bad-b c" {
		t.Errorf("worked on %s", got)
	}
	if want := "a: done\nc: done\nd: not begun: a hub of an earlier wave failed\n"; r.stdout.String() != want {
		t.Errorf("got %q, want %q", r.stdout.String(), want)
	}
}

func TestNoFurtherHubIsBegunAfterSoManyFailures(t *testing.T) {
	r := new(record)
	err := r.work(Work{AtATime: 1, StopAfter: 1}).Run(t.Context(), hubs("bad-a", "b"), nil)
	if err == nil || len(r.begun) != 1 || !strings.Contains(r.stdout.String(), "b: not begun: 1 failed (stop_after)") {
		t.Errorf("%v, worked on %q, printed %q", err, r.begun, r.stdout.String())
	}
}

func TestARefusalIsAnErrorOnlyForAHubThatWasNamed(t *testing.T) {
	plans := []plan.Hub{{Name: "a", Deploy: plan.Step{Refused: true, Reason: "not its branch"}}}
	step := func(h plan.Hub) plan.Step { return h.Deploy }
	all, one := new(record), new(record)
	if err := all.work(Work{Selection: All(), Step: step}).Run(t.Context(), hubs("a"), plans); err != nil || all.stdout.String() != "a: no deploy: not its branch\n" {
		t.Errorf("%v, printed %q", err, all.stdout.String())
	}
	err := one.work(Work{Selection: One("a"), Step: step}).Run(t.Context(), hubs("a"), plans)
	if exit.Code(err) != exit.BadInput || !strings.Contains(err.Error(), "deploy of hub a refused: not its branch") {
		t.Errorf("got %v", err)
	}
	if len(all.begun)+len(one.begun) > 0 {
		t.Errorf("worked on %q and %q", all.begun, one.begun)
	}
}

func TestAnInterruptedRunBeginsNoHub(t *testing.T) {
	r := new(record)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := r.work(Work{AtATime: 2}).Run(ctx, hubs("a", "b"), nil); !errors.Is(err, context.Canceled) || len(r.begun) > 0 {
		t.Errorf("%v, worked on %q", err, r.begun)
	}
}

func TestAHubThatOnlyWaitsGivesItsPlaceUpUnlessFailuresAreCounted(t *testing.T) {
	for stopAfter, want := range map[int]time.Duration{0: 13 * time.Second, 1: 33 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			work := new(record).work(Work{AtATime: 1, StopAfter: stopAfter})
			work.Do = func(_ context.Context, _ hub.Hub, leave func()) (string, error) {
				time.Sleep(time.Second) // the upgrade
				leave()
				time.Sleep(10 * time.Second) // until its pods have held
				return "done", nil
			}
			start := time.Now()
			if err := work.Run(t.Context(), hubs("a", "b", "c"), nil); err != nil {
				t.Error(err)
			}
			if took := time.Since(start); took != want {
				t.Errorf("with stop_after %d three hubs take %s, want %s", stopAfter, took, want)
			}
		})
	}
}

func TestAHubThatIsBlockedFailsAmongOthersToo(t *testing.T) {
	r := new(record)
	work := r.work(Work{AtATime: 2, Step: func(h plan.Hub) plan.Step { return h.Deploy }})
	blocked := plan.Step{Refused: true, Blocked: true, Reason: "hub-ops did not make it"}
	plans := []plan.Hub{{Name: "a", Deploy: blocked}, {Name: "b", Deploy: plan.Step{Do: true}}, {Name: "c", Deploy: plan.Step{Refused: true, Reason: "of another branch"}}}
	err := work.Run(t.Context(), hubs("a", "b", "c"), plans)
	if err == nil || err.Error() != "deploy of hub a refused: hub-ops did not make it" || exit.Code(err) != exit.BadInput {
		t.Errorf("got %v", err)
	}
	if want := "b: done\nc: no deploy: of another branch\n"; strings.Join(r.begun, " ") != "b" || r.stdout.String() != want {
		t.Errorf("worked on %q, got %q", r.begun, r.stdout.String())
	}
}

// A diagnosis of several hubs is one message. What failed beside it is none of its lines.
func TestWhatFailsBesideADiagnosisIsTold(t *testing.T) {
	failure := exit.With(exit.Rollout, &diagnosis.Failure{Hub: "a", What: diagnosis.Unsettled, Findings: make([]diagnosis.Finding, 1)})
	beside := errors.New("the chart has made an object in another namespace")
	var all failures
	all.add(errors.Join(failure, beside))
	err := all.join()
	if exit.Code(err) != exit.Rollout || !errors.Is(err, beside) || !strings.Contains(err.Error(), "hub a") {
		t.Errorf("got %v", err)
	}
	if isDiagnosed(errors.Join(failure, beside)) || isDiagnosed(nil) || !isDiagnosed(errors.Join(failure, failure)) {
		t.Error("package watch tells diagnoses, and nothing else")
	}
}

// A live view tells at once why the work on a hub has failed. It never had a line for one that was refused.
func TestOnlyWhatALiveViewHasToldIsShortAtTheEnd(t *testing.T) {
	r := new(record)
	work := r.work(Work{AtATime: 2, Step: func(h plan.Hub) plan.Step { return h.Deploy }})
	work.Console.Watched(ui.Terminal{Size: func() (int, int) { return 80, 24 }, Front: func() bool { return true }, Log: noLog{}})
	defer work.Console.Finish(nil)
	plans := []plan.Hub{{Name: "bad", Deploy: plan.Step{Do: true}}, {Name: "c", Deploy: plan.Step{Refused: true, Blocked: true, Reason: "hub-ops did not make it"}}}
	err := work.Run(t.Context(), hubs("bad", "c"), plans)
	got := exit.InLines(err, func(string) string { return "…" })
	if want := "…\ndeploy of hub c refused: hub-ops did not make it"; got != want || exit.IsTold(err) {
		t.Errorf("got %q", got)
	}
}

// noLog is the log of a run.
type noLog struct{}

func (noLog) Write(p []byte) (int, error) { return len(p), nil }
func (noLog) Close() error                { return nil }
