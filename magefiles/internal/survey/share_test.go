package survey

import (
	"slices"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/connect"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git/gittest"
	"hub-ops/magefiles/internal/session/sessiontest"
)

// sharing is a surveyor of a repository with five hubs, whose hubops.yaml is given.
func sharing(t *testing.T, settings string, environ ...string) *Surveyor {
	t.Helper()
	files := []string{"hubops.yaml", settings}
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		files = append(files, "hub-charts/"+name+"/Chart.yaml", "apiVersion: v2\nname: "+name+"\nversion: 0.1.0\n")
	}
	opened, _ := sessiontest.Open(t, gittest.New(t, files...), append([]string{"SANDBOX=0"}, environ...))
	return New(opened, connect.New(opened))
}

func TestStagesAreRoundsAndTheirWaves(t *testing.T) {
	for name, test := range map[string]struct{ settings, want string }{
		"neither":     {"{}", "a0 b0 c0 d0 e0"},
		"waves":       {"waves: [[c], [a, b]]", "a1 b1 c0 d2 e2"},
		"rounds":      {"rounds: {steps: [[d], ['*']]}", "a1 b1 c1 d0 e1"},
		"both":        {"waves: [[c], ['*']]\nrounds: {steps: [[a, c], ['*']]}", "a1 b2 c0 d2 e2"},
		"empty waves": {"waves: [[a], [b], ['*']]\nrounds: {steps: [['*']]}", "a0 b1 c2 d2 e2"},
	} {
		hubs, err := sharing(t, test.settings).Stages(t.Context())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got []string
		for _, hub := range hubs {
			got = append(got, hub.Name+string(rune('0'+hub.Stage)))
		}
		if slices.Sort(got); strings.Join(got, " ") != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

// Which images are built for a hub counts too: jobs that push one at once are in each other's way.
func TestStagesHaveTheirImages(t *testing.T) {
	files := []string{"hubops.yaml", "image: {repository: 'r.example.org/{hub}'}\nimages: {common: {directory: common, hubs: [a, b], values: [{name: x.name, tag: x.tag}]}}\n", "common/Dockerfile", "FROM x:1\n", "user-images/a/Dockerfile", "FROM x:1\n"}
	for _, name := range []string{"a", "b", "c"} {
		files = append(files, "hub-charts/"+name+"/Chart.yaml", "apiVersion: v2\nname: "+name+"\nversion: 0.1.0\n")
	}
	opened, _ := sessiontest.Open(t, gittest.New(t, files...), []string{"SANDBOX=0"})
	hubs, err := New(opened, connect.New(opened)).Stages(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"a common", "common", ""} {
		images := slices.Sorted(slices.Values(hubs[i].Images))
		if got := strings.Join(images, " "); got != want {
			t.Errorf("%s: got %q, want %q", hubs[i].Name, got, want)
		}
	}
}

// All jobs of a run have the same text and the same commit: each hub is the one's or the other's.
func TestEachJobLeavesTheOthersTheirs(t *testing.T) {
	const settings = "waves: [[a, b], ['*']]"
	for text, want := range map[string]string{
		"SHARES=1:a,b+2:c": "1:a,b 2:c,d,e", // what is new goes to its wave
		"SHARES=":          "1:a,b 2:c,d,e",
		"SHARES=1:x+2:a":   "1: 2:a,b,c,d,e", // what is gone counts for nothing, and no wave goes before an earlier one
	} {
		var own []string
		for _, number := range []string{"1", "2"} {
			others, err := sharing(t, settings, "SHARE="+number+"/2", text).others(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			var mine []string
			for _, name := range []string{"a", "b", "c", "d", "e"} {
				if others[name] == "" {
					mine = append(mine, name)
				} else if !strings.HasPrefix(others[name], "is in share ") || strings.Contains(others[name], " "+number+"/2") {
					t.Errorf("%s: %s %s", text, name, others[name])
				}
			}
			own = append(own, number+":"+strings.Join(mine, ","))
		}
		if got := strings.Join(own, " "); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
	for _, number := range []string{"1", "2"} { // c, d and e would go beside a and b
		if _, err := sharing(t, settings, "SHARE="+number+"/2", "SHARES=1:a+2:b").others(t.Context()); err == nil || exit.Code(err) != exit.BadInput {
			t.Errorf("job %s: %v", number, err)
		}
	}
	if others, err := sharing(t, settings).others(t.Context()); err != nil || len(others) > 0 {
		t.Errorf("a run of all hubs: %v, %v", others, err)
	}
}
