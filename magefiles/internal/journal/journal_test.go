package journal

import (
	"reflect"
	"sync"
	"testing"
	"time"
)

func TestAWorkHasItsStagesLayersAndPods(t *testing.T) {
	start := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	at := func(seconds int) time.Time { return start.Add(time.Duration(seconds) * time.Second) }
	j := New(start)
	j.Begin("a", "push", "image missing", at(1))
	j.Also("a-gpu", "a")
	j.Layer("a-gpu", Layer{Number: 2, Of: 3, Began: at(1), Ended: at(2), Sent: 5})
	j.Layer("nobody", Layer{})
	j.Image(Image{Name: "a-gpu", Size: 9})
	j.End("a", "push", "pushed", "", at(3))
	j.Begin("a", "deploy", "changed", at(4))
	j.Stage("a", "helm", at(5))
	j.Stage("a", "helm", at(6))
	j.Pod("a", "hub-1", false, false, at(6))
	j.Pod("a", "hub-1", true, false, at(7))
	j.Pod("a", "hub-1", true, true, at(8))
	j.Pod("a", "hub-1", true, true, at(9))
	j.End("a", "push", "another verb's", "", at(9))
	j.End("a", "deploy", "", "it broke", at(9))
	j.Fail("a", "deploy", at(9), Failure{Cause: "it broke"})
	j.Fail("b", "deploy", at(9), Failure{Cause: "refused"})
	j.LeaveOut("c", "deploy", "unchanged")
	j.Finish(at(10), Failure{ExitCode: 7})
	want := Facts{
		Began: start, Ended: at(10), Failure: Failure{ExitCode: 7}, LeftOut: []LeftOut{{"c", "deploy", "unchanged"}}, Images: []Image{{Hub: "a", Name: "a-gpu", Size: 9}},
		Works: []Work{
			{
				Hub: "a", Verb: "push", Reason: "image missing", Began: at(1), Ended: at(3), Stages: []Span{{"push", at(1), at(3)}}, Outcome: "pushed",
				Layers: []Layer{{Image: "a-gpu", Number: 2, Of: 3, Began: at(1), Ended: at(2), Sent: 5}},
			},
			{
				Hub: "a", Verb: "deploy", Reason: "changed", Began: at(4), Ended: at(9), Stages: []Span{{"deploy", at(4), at(5)}, {"helm", at(5), at(9)}}, Failed: "it broke",
				Pods: []Pod{{"hub-1", at(6), at(7), at(8)}}, Failures: []Failure{{Cause: "it broke"}},
			},
			{Hub: "b", Verb: "deploy", Began: at(9), Ended: at(9), Failed: "refused", Refused: true, Failures: []Failure{{Cause: "refused"}}},
		},
	}
	if got := j.Facts(); !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}

func TestSeveralHubsWriteAtOnceAndANilJournalTakesAll(t *testing.T) {
	j, none := New(time.Now()), (*Journal)(nil)
	var all sync.WaitGroup
	for _, hub := range []string{"a", "b", "c"} {
		all.Go(func() {
			for _, to := range []*Journal{j, none} {
				to.Begin(hub, "deploy", "", time.Now())
				to.Stage(hub, "helm", time.Now())
				to.Layer(hub, Layer{})
				to.Image(Image{Name: hub})
				_ = to.Facts()
				to.End(hub, "deploy", "", "", time.Now())
			}
		})
	}
	all.Wait()
	if got := j.Facts(); len(got.Works) != 3 || len(got.Images) != 3 || !got.Worked() || none.Facts().Worked() {
		t.Errorf("got %+v, %+v", got, none.Facts())
	}
}
