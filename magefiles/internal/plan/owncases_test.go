package plan

import (
	"fmt"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/config"
)

func TestCasesOfARepositoryAreAboutItsOwnHubs(t *testing.T) {
	branches := []config.Branch{{Name: "main", Hubs: []string{"*"}}, {Name: "staging", Hubs: []string{"test-*"}}}
	r := Repository{Hubs: []string{"climate", "physics", "test-a"}, Branches: branches, Owners: Owners{branches, "origin/main"}, Default: "main"}
	cases, err := r.Cases()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range cases {
		made, err := Make(c.Facts())
		if err != nil {
			t.Fatal(err)
		}
		h := made.Hubs[0]
		got = append(got, fmt.Sprintf("%s (%s): build %s, deploy %s; %s", c.Name, strings.Join(c.Hubs, " "), h.Build.Word(), h.Deploy.Word(), c.Access()))
		if text := h.Gate.Reason; strings.Contains(text, "biology") || strings.Contains(text, "staginghub") || strings.Contains(text, "master") {
			t.Errorf("%s: %s", c.Name, text)
		}
	}
	const all = "climate physics test-a"
	want := []string{
		"a run on somebody's machine (" + all + "): build yes, deploy yes; registry, cluster, secrets",
		"push to main (climate physics): build yes, deploy yes; registry, cluster, secrets",
		"push to main (test-a): build refused, deploy refused; registry, cluster, secrets",
		"push to staging (climate physics): build refused, deploy refused; registry, cluster, secrets",
		"push to staging (test-a): build yes, deploy yes; registry, cluster, secrets",
		"push to any other branch (climate physics): build yes, deploy refused; registry",
		"push to any other branch (test-a): build yes, deploy refused; registry",
		"push to main, which has moved on (climate physics): build refused, deploy refused; registry, cluster, secrets",
		"pull request from this repository (" + all + "): build yes, deploy refused; registry",
		"pull request from a fork (" + all + "): build yes, deploy refused; none",
		"tag (" + all + "): build yes, deploy refused; registry",
		"cron (" + all + "): build yes, deploy refused; registry",
		"build by the API, or by hand (" + all + "): build yes, deploy refused; registry",
		"a CI system that is not known (" + all + "): build yes, deploy refused; none",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestScheduledBuildsAreAmongTheCasesWhereTheyGoOn(t *testing.T) {
	branches := []config.Branch{{Name: "main", Hubs: []string{"*"}}, {Name: "staging", Hubs: []string{"test"}}}
	r := Repository{Hubs: []string{"climate", "test"}, Branches: branches, Owners: Owners{branches, "origin/main"}, Default: "main", Resumes: true}
	cases, err := r.Cases()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range cases {
		made, err := Make(c.Facts())
		if err != nil {
			t.Fatal(err)
		}
		if c.Event.Resumes {
			got = append(got, fmt.Sprintf("%s (%s): push %s, deploy %s; %s", c.Name, c.Hub, made.Hubs[0].Push.Word(), made.Hubs[0].Deploy.Word(), c.Access()))
		}
	}
	const all = "registry, cluster, secrets"
	want := "scheduled build of main (climate): push refused, deploy yes; " + all + "\nscheduled build of main (test): push refused, deploy refused; " + all +
		"\nscheduled build of staging (climate): push refused, deploy refused; " + all + "\nscheduled build of staging (test): push refused, deploy yes; " + all
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
}

// A checkout that gives itself a hub is a group of its own; a hub that two branches own is bad input.
func TestCasesOfARepositoryWhoseBranchesDisagree(t *testing.T) {
	published := []config.Branch{{Name: "main", Hubs: []string{"*"}}}
	r := Repository{Hubs: []string{"a", "b"}, Branches: []config.Branch{{Name: "mine", Hubs: []string{"b"}}, {Name: "main", Hubs: []string{"a"}}}, Owners: Owners{published, "origin/main"}, Default: "main"}
	cases, err := r.Cases()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		made, err := Make(c.Facts())
		if err != nil || c.Name == "push to mine" && made.Hubs[0].Gate.Do {
			t.Errorf("%s (%s): %+v, %v", c.Name, c.Hub, made.Hubs[0].Gate, err)
		}
	}
	r.Branches = []config.Branch{{Name: "x", Hubs: []string{"a"}}, {Name: "y", Hubs: []string{"a"}}}
	if _, err := r.Cases(); err == nil {
		t.Error("two owners are taken")
	}
}
