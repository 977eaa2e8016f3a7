package preview

import (
	"context"
	"errors"
	"testing"

	"hub-ops/magefiles/internal/image/build"
)

func TestGrowthComparesLikeWithLike(t *testing.T) {
	for want, g := range map[string]Growth{
		"+2.0 MB":   {Was: "t1", Before: Size{Packed: 1_000_000}, Now: Size{Packed: 3_000_000}},
		"-1.0 MB":   {Was: "t1", Before: Size{Packed: 3_000_000, Counted: 1}, Now: Size{Packed: 2_000_000, Counted: 9_000_000}},
		"+1.0 MB":   {Was: "t1", Before: Size{Counted: 1_000_000}, Now: Size{Counted: 2_000_000}},
		"not known": {Was: "t1", Before: Size{Packed: 1_000_000}, Now: Size{Counted: 9_000_000}},
		"new":       {Now: Size{Packed: 1_000_000}},
	} {
		if got := g.growth(); got != want {
			t.Errorf("%+v: got %s, want %s", g, got, want)
		}
	}
	for want, size := range map[string]Size{"1.0 MB": {Packed: 1_000_000, Counted: 9}, "9.0 MB unpacked": {Counted: 9_000_000}, "not known": {}} {
		if got := size.String(); got != want {
			t.Errorf("%+v: got %s, want %s", size, got, want)
		}
	}
}

// engine has some images, with the sizes that it counts.
type engine struct {
	build.Builder
	counts map[string]int64
}

func (e engine) Has(_ context.Context, reference string) bool { return e.counts[reference] > 0 }

func (e engine) Built(_ context.Context, reference string) ([]build.Built, error) {
	if e.counts[reference] < 2 {
		return nil, errors.New("it broke")
	}
	return []build.Built{{Counted: e.counts[reference]}}, nil
}

func TestWhatTheEngineKnowsIsAdded(t *testing.T) {
	grown := []Growth{
		{Was: "t1", was: "a:t1", is: "a:t2"},
		{Was: "t1", was: "b:t1", is: "b:t2", Now: Size{Packed: 7}},
		{Was: "t1", was: "c:t1", is: "c:t2"},
		{is: "d:t2"},
		{},
	}
	has := engine{counts: map[string]int64{"a:t1": 1_000_000, "a:t2": 3_000_000, "b:t2": 9, "c:t2": 1}}
	if !Engine(t.Context(), grown, has) {
		t.Error("it knows nothing")
	}
	if grown[0].growth() != "+2.0 MB" || grown[1].Now != (Size{Packed: 7}) || grown[2].Now != (Size{}) || grown[3].Now != (Size{}) {
		t.Errorf("got %+v", grown)
	}
	if Engine(t.Context(), grown[2:], has) {
		t.Error("it knows something")
	}
}
