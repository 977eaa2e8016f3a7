package watch

import (
	"context"
	"errors"
	"testing"
	"time"

	"hub-ops/magefiles/internal/diagnosis"
)

func TestASilentNodeIsOneThatWasSeenNotToRenew(t *testing.T) {
	stamp, gone, asked := "2026-01-01T12:00:00.000000Z", false, 0
	h := hosts{ask: func(context.Context, string) (*diagnosis.Object, diagnosis.Lease, bool, error) {
		asked++
		return nil, diagnosis.Lease{Renewed: stamp, Lasts: time.Minute}, gone, nil
	}}
	start := time.Now()
	look := func(second float64) diagnosis.Host {
		return h.of(t.Context(), []string{"a"}, start.Add(time.Duration(second*float64(time.Second))))["a"]
	}
	if got := look(0); got.Silent != 0 || got.Gone {
		t.Errorf("at first: %+v", got)
	}
	if look(0.5); asked != 1 {
		t.Errorf("asked %d times in half a second", asked)
	}
	if got := look(9); got.Silent != 9*time.Second || got.Lasts != time.Minute {
		t.Errorf("after 9 s without: %+v", got)
	}
	stamp = "2026-01-01T12:00:10.000000Z"
	if got := look(12); got.Silent != 0 {
		t.Errorf("renewed: %+v", got)
	}
	if got := look(32); got.Silent != 20*time.Second {
		t.Errorf("after 20 s without: %+v", got)
	}
	if h.of(t.Context(), nil, start.Add(33*time.Second)); look(34).Silent != 0 {
		t.Error("what was seen before its pods were ready counts")
	}
	if stamp = ""; look(60).Silent != 0 {
		t.Error("a node without a lease is silent")
	}
	if gone = true; !look(63).Gone {
		t.Error("it is gone")
	}
}

// The run was interrupted, or the look took too long: a request that was cut off has seen neither node nor lease.
func TestALookThatWasCutOffIsForgotten(t *testing.T) {
	h := hosts{ask: func(ctx context.Context, _ string) (*diagnosis.Object, diagnosis.Lease, bool, error) {
		if ctx.Err() != nil {
			return nil, diagnosis.Lease{}, false, nil
		}
		return new(diagnosis.Object), diagnosis.Lease{Renewed: "2026-01-01T12:00:00.000000Z"}, false, nil
	}}
	start := time.Now()
	h.of(t.Context(), []string{"a"}, start)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if got := h.of(ended, []string{"a"}, start.Add(5*time.Second))["a"]; got.Node == nil {
		t.Errorf("cut off: %+v", got)
	}
	if got := h.of(t.Context(), []string{"a"}, start.Add(6*time.Second))["a"]; got.Silent != 6*time.Second {
		t.Errorf("after it: %+v", got)
	}
}

// An API server that does not answer for a moment, as one does that has lost a node, takes nothing back of how long the node has been silent.
func TestSilenceGoesOnWhereTheAPIServerDoesNotAnswer(t *testing.T) {
	var failed error
	h := hosts{ask: func(context.Context, string) (*diagnosis.Object, diagnosis.Lease, bool, error) {
		if failed != nil {
			return nil, diagnosis.Lease{}, false, failed
		}
		return new(diagnosis.Object), diagnosis.Lease{Renewed: "2026-01-01T12:00:00.000000Z"}, false, nil
	}}
	start := time.Now()
	look := func(second int) diagnosis.Host {
		return h.of(t.Context(), []string{"a"}, start.Add(time.Duration(second)*time.Second))["a"]
	}
	look(0)
	look(10)
	failed = errors.New("500")
	if got := look(13); got.Node == nil || got.Silent != 10*time.Second {
		t.Errorf("without an answer: %+v", got)
	}
	failed = nil
	if got := look(20); got.Silent != 20*time.Second {
		t.Errorf("afterwards: %+v", got)
	}
}
