package ui

import "testing"

func TestTheFirstOfManyAreNamed(t *testing.T) {
	names := []string{"a", "b", "c", "d"}
	for got, want := range map[string]string{
		Some(names[:1]): "a", Some(names): "a and 3 more", Some(nil): "", First(names[:2], 3): "a, b", First(names[1:], 3): "b, c, d", First(names, 3): "a, b, c and 1 more",
		Counted(1, "hub"): "1 hub", Counted(0, "hub"): "0 hubs", Counted(2, "hub"): "2 hubs",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
