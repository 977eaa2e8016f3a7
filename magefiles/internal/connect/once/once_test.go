package once

import (
	"context"
	"errors"
	"sync"
	"testing"
)

func TestWhatIsFoundIsFoundOnce(t *testing.T) {
	for name, fails := range map[string]error{"found": nil, "not there": errors.New("no")} {
		var found Value[int]
		asked := 0
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				value, err := found.Get(t.Context(), func(context.Context) (int, error) {
					asked++
					return 7, fails
				})
				if value != 7 || !errors.Is(err, fails) {
					t.Errorf("%s: %d, %v", name, value, err)
				}
			})
		}
		group.Wait()
		if asked != 1 {
			t.Errorf("%s: asked %d times", name, asked)
		}
	}
}

func TestWhatWasInterruptedIsAskedAgain(t *testing.T) {
	var found Value[int]
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := found.Get(ctx, func(ctx context.Context) (int, error) { return 0, ctx.Err() }); err == nil {
		t.Error("no error")
	}
	if value, err := found.Get(t.Context(), func(context.Context) (int, error) { return 7, nil }); value != 7 || err != nil {
		t.Errorf("%d, %v", value, err)
	}
}
