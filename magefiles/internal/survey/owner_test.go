package survey

import (
	"slices"
	"testing"
)

func TestHubsBelowTheTopAreOfARepositoryOfTheirOwn(t *testing.T) {
	for below, want := range map[string][]string{"": {"us_hubs", "them_hubs"}, "courses/own": {"us_hubs_courses_own", "them_hubs_courses_own"}} {
		if got := marksOf([]string{"us/hubs", "them/hubs"}, below); !slices.Equal(got, want) {
			t.Errorf("%q: got %q", below, got)
		}
	}
	if got := marksOf(nil, "courses"); len(got) != 0 {
		t.Errorf("got %q", got)
	}
}
