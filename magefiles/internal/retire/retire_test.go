package retire

import (
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/layout"
)

func all() []Claim {
	return Claims([]kube.Claim{
		{Name: "hub-db-dir", Size: "1Gi", Bound: true, Volume: "pv-2", Class: "standard"},
		{Name: "claim-ann", Username: "ann@x\x1b[2J", Size: "10Gi", Bound: true, Volume: "pv-1", Class: "standard"},
		{Name: "claim-bob", Size: "10Gi"},
	}, map[string]string{"pv-1": "Delete"})
}

func TestTheLastCopy(t *testing.T) {
	text, err := Copy(layout.Plain("botany"), "the sandbox", "abc", time.Unix(0, 0), all())
	if err != nil || strings.Contains(string(text), "\x1b") {
		t.Fatalf("%v\n%s", err, text)
	}
	var read struct {
		Hub, Retired string
		Claims       []Claim
	}
	if err := yaml.Unmarshal(text, &read); err != nil || read.Hub != "botany" || read.Retired != "1970-01-01T00:00:00Z" || len(read.Claims) != 3 {
		t.Fatalf("%v %+v", err, read)
	}
	for i, want := range []Claim{
		{"claim-ann", "ann@x\x1b[2J", "10Gi", "standard", "pv-1", "Delete"}, {"claim-bob", "", "10Gi", "", "", ""}, {"hub-db-dir", "", "1Gi", "standard", "pv-2", Unknown},
	} {
		if read.Claims[i] != want {
			t.Errorf("%+v, want %+v", read.Claims[i], want)
		}
	}
}

func TestWhatStaysAndWhatIsToBeDone(t *testing.T) {
	stays := strings.Join(Stays(layout.Plain("botany"), all()), "\n")
	for _, want := range []string{"3 claims in namespace botany", "'DELETE_DATA=botany mage remove:hub botany'", "one of 1 volumes (reclaim policy Delete)"} {
		if !strings.Contains(stays, want) {
			t.Errorf("%q is not in %s", want, stays)
		}
	}
	if got := Stays(layout.Plain("botany"), nil); len(got) != 1 || !strings.HasPrefix(got[0], "no claim") {
		t.Error(got)
	}
	todo := strings.Join(Todo("botany", []string{"b.example.org"}, []string{"https://b.example.org/hub/oauth_callback"}, []string{"hub-charts/botany"}), "\n")
	for _, want := range []string{"git rm -r hub-charts/botany", "DNS: take out b.example.org", "OAuth: delete the application, or its callback URL https://b", "'mage images:prune'"} {
		if !strings.Contains(todo, want) {
			t.Errorf("%q is not in %s", want, todo)
		}
	}
	if got := Todo("botany", nil, nil, nil); strings.Contains(strings.Join(got, "\n"), "git rm") || len(got) != 3 {
		t.Error(got)
	}
}

func TestWhatHasChangedOfTheClaims(t *testing.T) {
	grown := all()
	grown[0].Size = "20Gi"
	for want, now := range map[string][]Claim{
		"":                                       all(),
		"changed: claim-ann":                     grown,
		"gone: claim-ann, claim-bob, hub-db-dir": nil,
		"come: claim-eve; gone: claim-ann":       append(all()[1:], Claim{Name: "claim-eve"}),
	} {
		if got := Since(all(), now); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
