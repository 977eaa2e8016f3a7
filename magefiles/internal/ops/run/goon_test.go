package run

import (
	"context"
	"errors"
	"io"
	"testing"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/session"
	"hub-ops/magefiles/internal/ui"
)

func TestARunGoesOnAfterFailuresOfHubsAndFailsAtItsEnd(t *testing.T) {
	r := &Run{Session: &session.Session{Console: ui.New(io.Discard, io.Discard, false)}}
	ctx := With(t.Context(), r)
	inside := GoOn(ctx)
	broken, lost := exit.Errorf(exit.Build, "a broke"), exit.Errorf(exit.Push, "b was lost")
	if err := r.SettleStage(inside, broken); err != nil {
		t.Errorf("the run ends with %v", err)
	}
	if err := r.Settle(inside, lost); err != nil {
		t.Errorf("the run ends with %v", err)
	}
	if err := AtTheEnd(inside, nil); err != nil {
		t.Errorf("a stage ends with %v", err)
	}
	all := AtTheEnd(ctx, errors.New("and more"))
	if all == nil || all.Error() != "a broke\nb was lost\nand more" || exit.Code(all) != exit.Build {
		t.Errorf("the run fails with %v", all)
	}
	if err := r.withPutOff(inside, errors.New("the cluster is away")); err == nil || err.Error() != "a broke\nb was lost\nthe cluster is away" {
		t.Errorf("what ends the run hides what failed before: %v", err)
	}
}

func TestARunOfOneThingEndsWithItsFailure(t *testing.T) {
	r := &Run{}
	broken := exit.Errorf(exit.Build, "a broke")
	if err := r.SettleStage(t.Context(), broken); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	interrupted, cancel := context.WithCancel(GoOn(t.Context()))
	cancel()
	if err := r.SettleStage(interrupted, broken); !errors.Is(err, broken) {
		t.Errorf("an interrupted run goes on: %v", err)
	}
	if err := r.withPutOff(t.Context(), nil); err != nil {
		t.Errorf("got %v", err)
	}
}
