package plan

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// A run on one cluster asks only after what decides about its own hubs.
func TestWhatDecidesAboutARunThatIsNotAboutIt(t *testing.T) {
	changed := released("deployed", "v1", "v2", time.Hour)
	otherHelm := released("deployed", "v1", "v1", time.Hour)
	otherHelm.Wanted.Helm = "v5"
	for name, test := range map[string]struct {
		about   string // the hubs of the run
		release Release
		early   bool
		want    string
		named   string // the same, where a hub was asked for by its name
	}{
		"nothing changed":           {"c", released("deployed", "v1", "v1", time.Hour), false, "", ""},
		"a change":                  {"c", changed, false, "a b b2", "a b b2"},
		"a change of round 1":       {"a", changed, false, "", ""},
		"of the same round too":     {"b", changed, false, "a", "a"},
		"early":                     {"c", changed, true, "", ""},
		"a first install":           {"c", Release{Asked: true}, false, "", ""},
		"another helm alone":        {"b", otherHelm, false, "a c", ""},
		"another helm, round 1":     {"a", otherHelm, false, "b b2 c", ""},
		"of a cluster that is away": {"c", Release{}, false, "", ""},
	} {
		f := newFleet("a", "b b2", "c")
		f.facts.Hubs = slices.DeleteFunc(f.facts.Hubs, func(h HubFacts) bool { return h.Name != test.about })
		f.release(test.about, test.release).set(test.about, func(h *HubFacts) { h.Early = test.early })
		made, err := Make(f.facts)
		if err != nil {
			t.Fatal(err)
		}
		names := func(all bool) string {
			var names []string
			for _, h := range Beyond(f.facts, made.Hubs, all) {
				names = append(names, h.Name)
			}
			return strings.Join(names, " ")
		}
		if got, named := names(true), names(false); got != test.want || named != test.named {
			t.Errorf("%s: got %q, and of a named hub %q", name, got, named)
		}
	}
}

// One job for each cluster: each sees what it needs of the others, and in the end all hubs have what is wanted, in the order of the rounds.
func TestJobsOfOneClusterEachComeToTheEnd(t *testing.T) {
	chart := func(string) Release { return released("deployed", "v1", "v2", 24*time.Hour) }
	helm := func(name string) Release { // a and b lack a newer helm, c gets another value with it
		release := released("deployed", "v1", "v1", 24*time.Hour)
		release.Wanted.Helm = "v5"
		if name == "c" {
			release.Wanted.Values = "others"
		}
		return release
	}
	for what, before := range map[string]func(string) Release{"another chart": chart, "another helm": helm} {
		f := newFleet("a", "b", "c")
		for _, name := range []string{"a", "b", "c"} {
			f.release(name, before(name))
		}
		var order []string
		for range 4 {
			for _, own := range []string{"c", "b", "a"} { // the worst order
				if f.job(t, own) {
					order = append(order, own)
					f.set(own, func(h *HubFacts) {
						h.Release.Running.Record, h.Release.Recorded, h.Release.Had = h.Release.Wanted, h.Release.Wanted, 0
					})
					f.set(own, func(h *HubFacts) { h.Release.Running.Record.Revision, h.Release.Recorded.Revision = "2", "2" })
				}
			}
			for i := range f.facts.Hubs {
				f.facts.Hubs[i].Release.Had += time.Hour
			}
		}
		if got := strings.Join(order, " "); got != "a b c" {
			t.Errorf("%s: deployed are %q", what, got)
		}
	}
}

// job is a run about one hub, which knows of the others what Beyond has it ask. It reports whether it deploys its own.
func (f *fleet) job(t *testing.T, own string) bool {
	t.Helper()
	facts := f.facts
	only := func(names ...string) []HubFacts {
		return slices.DeleteFunc(slices.Clone(f.facts.Hubs), func(h HubFacts) bool { return !slices.Contains(names, h.Name) })
	}
	facts.Hubs = only(own)
	made, err := Make(facts)
	if err != nil {
		t.Fatal(err)
	}
	known := []string{own}
	for _, h := range Beyond(facts, made.Hubs, true) {
		known = append(known, h.Name)
	}
	facts.Hubs = only(known...)
	if made, err = Make(facts); err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(made.Hubs, func(h Hub) bool { return h.Name == own })
	return made.Hubs[at].Deploy.Do
}
