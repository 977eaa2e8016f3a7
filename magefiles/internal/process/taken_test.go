package process

import (
	"slices"
	"testing"
)

func TestACommandTakesVariablesAway(t *testing.T) {
	r := &Runner{Env: []string{"HOME=h", "AWS_PROFILE=all", "AWSOME=1"}, Grants: map[string][]string{"aws": {"AWS_REGION=r"}}}
	got := r.environmentOf(Cmd{Name: "/usr/bin/aws", Env: []string{"AWS_PROFILE=own", "AWS_*", "HOM", ""}})
	if want := []string{noColour, "HOME=h", "AWSOME=1", "AWS_PROFILE=own"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
