package survey

import (
	"strings"
	"testing"

	"hub-ops/magefiles/internal/connect"
	"hub-ops/magefiles/internal/git/gittest"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/session/sessiontest"
)

// A chart need not have values of its own.
func TestAtWhichHostsAHubIsToAnswer(t *testing.T) {
	repository := gittest.New(t, "with/values.yaml", "ingress: {hosts: [a.org]}", "without/Chart.yaml", "name: x", "own.yaml", "ingress: {hosts: [b.org]}")
	opened, _ := sessiontest.Open(t, repository, []string{"SANDBOX=0"})
	s := New(opened, connect.New(opened))
	for dir, want := range map[string]string{"with": "a.org b.org", "without": "b.org"} {
		hosts, err := s.Hosts(t.Context(), hub.Hub{Name: "x", ChartDir: dir, Values: []string{"own.yaml"}})
		if got := strings.Join(hosts, " "); err != nil || got != want {
			t.Errorf("%s: %s, %v", dir, got, err)
		}
	}
}
