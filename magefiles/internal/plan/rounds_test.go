package plan

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
)

func TestHubsAreSortedIntoRounds(t *testing.T) {
	hubs := []RoundHub{{Name: "lab-test", Cluster: "lab"}, {Name: "west-staging", Cluster: "west"}, {Name: "west-bio", Cluster: "west"}, {Name: "east-bio", Cluster: "east"}}
	step := func(line int, names ...string) config.Round { return config.Round{Hubs: names, Line: line} }
	for name, test := range map[string]struct {
		steps []config.Round
		want  string
	}{
		"clusters and hubs":      {[]config.Round{step(4, "lab"), step(5, "*-staging"), step(6, "*")}, "1 2 3 3"},
		"a hub of a cluster":     {[]config.Round{step(4, "lab", "west-bio"), step(5, "west"), step(6, "*")}, "1 2 1 3"},
		"a pattern of clusters":  {[]config.Round{step(4, "[lw]*"), step(5, "*")}, "1 1 1 2"},
		"a hub before a cluster": {[]config.Round{step(4, "west"), step(5, "west-staging"), step(6, "*")}, "3 2 1 3"},
		"nothing fits":           {[]config.Round{step(4, "lab"), step(5, "north", "*")}, "hubops.yaml:5: rounds.steps: north fits no hub and no cluster with one; correct it, or take it out"},
		"in none":                {[]config.Round{step(4, "lab"), step(5, "west")}, `hubops.yaml:5: rounds.steps: hub east-bio is in no round; put ["*"] at the end: all that no other round names`},
		"in two":                 {[]config.Round{step(4, "lab", "*"), step(5, "west-bio"), step(6, "west-bio")}, "hubops.yaml:6: rounds.steps: hub west-bio is in round 2 and in round 3; name it once"},
		"two patterns":           {[]config.Round{step(4, "*-bio"), step(5, "west-*"), step(6, "*")}, "hubops.yaml:5: rounds.steps: hub west-bio is in round 1 and in round 2; name it once"},
	} {
		sorted, err := InRounds(test.steps, hubs)
		var numbers []string
		for _, h := range sorted {
			numbers = append(numbers, strconv.Itoa(h.Round))
		}
		got := strings.Join(numbers, " ")
		if err != nil {
			got = err.Error()
		}
		if got != test.want || err != nil && exit.Code(err) != exit.BadInput {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}

// fleet makes facts of hubs in rounds that soak for half an hour.
type fleet struct {
	facts Facts
}

func newFleet(rounds ...string) *fleet {
	f := &fleet{Facts{Event: ci.Event{Kind: ci.Local}}}
	f.facts.Rounds = Rounds{For: history.AllKinds(), Now: time.Date(2026, 11, 28, 14, 0, 0, 0, time.UTC)}
	for i, names := range rounds {
		f.facts.Rounds.Steps = append(f.facts.Rounds.Steps, config.Round{Soak: 30 * time.Minute})
		for name := range strings.FieldsSeq(names) {
			f.facts.Rounds.Hubs = append(f.facts.Rounds.Hubs, RoundHub{Name: name, Cluster: "c" + strconv.Itoa(i+1), Round: i + 1})
			f.facts.Hubs = append(f.facts.Hubs, HubFacts{Name: name, Release: released("deployed", "v1", "v1", 24*time.Hour)})
		}
	}
	return f
}

// released is a release whose newest revision, of that status, was made from one chart, and of which a deploy would make another.
func released(status, chart, wanted string, had time.Duration) Release {
	record := func(chart, revision string) history.Record {
		return history.Record{Chart: chart, ChartCode: chart, Options: "o", Helm: "v4", Values: "same", Revision: revision}
	}
	newest := history.Revision{Number: 2, Status: status, Record: record(chart, "2")}
	r := Release{Asked: true, Wanted: record(wanted, ""), Running: newest, Had: had}.With(newest)
	if status != "deployed" {
		r.Running = history.Revision{Number: 1, Status: "deployed", Record: record("v1", "1")}
	}
	return r
}

func (f *fleet) set(name string, change func(*HubFacts)) *fleet {
	for i, h := range f.facts.Hubs {
		if h.Name == name {
			change(&f.facts.Hubs[i])
		}
	}
	return f
}

func (f *fleet) release(name string, r Release) *fleet {
	return f.set(name, func(h *HubFacts) { h.Release = r })
}

// without leaves a hub out of what the run is about.
func (f *fleet) without(name string) *fleet {
	f.facts.Hubs = slices.DeleteFunc(f.facts.Hubs, func(h HubFacts) bool { return h.Name == name })
	return f
}

// steps says what happens to each hub.
func (f *fleet) steps(t *testing.T) string {
	t.Helper()
	made, err := Make(f.facts)
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, h := range made.Hubs {
		word := h.Name + " " + h.Deploy.Word()
		if h.Deploy.Waits {
			word = h.Name + " " + h.Deploy.Reason
		}
		words = append(words, word)
	}
	return strings.Join(words, "\n")
}

func TestWhatWaitsForARound(t *testing.T) {
	changed := released("deployed", "v1", "v2", 24*time.Hour)
	done := func(had time.Duration) Release { return released("deployed", "v2", "v2", had) }
	values := released("deployed", "v1", "v1", 24*time.Hour)
	values.Wanted.Values = "others"
	all := func() *fleet {
		return newFleet("a", "b", "c").release("a", changed).release("b", changed).release("c", changed)
	}
	otherHelm := func(r Release) Release { r.Wanted.Helm = "v5"; return r }
	byHand := changed
	byHand.Running.Record.Revision, byHand.Own = "1", false
	for name, test := range map[string]struct {
		fleet *fleet
		want  string
	}{
		"nothing changed": {newFleet("a", "b"), "a no\nb no"},
		"no rounds":       {func() *fleet { f := all(); f.facts.Rounds = Rounds{}; return f }(), "a yes\nb yes\nc yes"},
		"a change":        {all(), "a yes\nb waits for round 1, which is not done: a\nc waits for round 1, which is not done: a"},
		"round 1 soaks":   {all().release("a", done(10*time.Minute)), "a no\nb waits for round 1, which soaks until 14:20 UTC\nc waits for round 1, which soaks until 14:20 UTC"},
		"it soaks overnight": {func() *fleet {
			f := all().release("a", done(0))
			f.facts.Rounds.Steps[0].Soak = 12 * time.Hour
			return f
		}(), "a no\nb waits for round 1, which soaks until 29 November, 02:00 UTC\nc waits for round 1, which soaks until 29 November, 02:00 UTC"},
		"a clock that is off": {all().release("a", done(-time.Hour)), "a no\nb waits for round 1, which soaks until 14:30 UTC\nc waits for round 1, which soaks until 14:30 UTC"},
		"round 1 has soaked":  {all().release("a", done(30*time.Minute)), "a no\nb yes\nc waits for round 2, which is not done: b"},
		"round 2 soaks":       {all().release("a", done(time.Hour)).release("b", done(time.Minute)), "a no\nb no\nc waits for round 2, which soaks until 14:29 UTC"},
		"all but the last":    {all().release("a", done(time.Hour)).release("b", done(time.Hour)), "a no\nb no\nc yes"},
		"round 1 failed":      {all().release("a", released("failed", "v2", "v2", 0)), "a yes\nb waits for round 1, which failed at a\nc waits for round 1, which failed at a"},
		"and in this run":     {all().set("a", func(h *HubFacts) { h.Failed = true }), "a no\nb waits for round 1, which failed at a\nc waits for round 1, which failed at a"},
		"a run was killed":    {all().release("a", released("pending-upgrade", "v2", "v2", 0)), "a yes\nb waits for round 1, which is not done: a\nc waits for round 1, which is not done: a"},
		"failed, rolled back": {all().set("a", func(h *HubFacts) { h.Release.Tried = true }), "a yes\nb waits for round 1, which failed at a\nc waits for round 1, which failed at a"},
		"rolled back":         {all().release("a", changed).release("b", done(time.Hour)), "a yes\nb no\nc waits for round 1, which is not done: a"},
		"of a cluster that is away": {
			all().set("a", func(h *HubFacts) { h.Release = Release{} }),
			"a yes\nb waits for round 1, of which nobody knows: c1 was not asked\nc waits for round 1, of which nobody knows: c1 was not asked",
		},
		"of two clusters that are away, in turns": {
			func() *fleet {
				f := newFleet("a b c", "d").release("d", changed)
				for i, cluster := range []string{"west", "east", "west"} {
					f.facts.Rounds.Hubs[i].Cluster, f.facts.Hubs[i].Release = cluster, Release{}
				}
				return f
			}(), "a yes\nb yes\nc yes\nd waits for round 1, of which nobody knows: east, west were not asked",
		},
		"of another cluster than CLUSTER": {
			all().without("a").without("c"), "b waits for round 1, and this run does not look at a: 'mage deploy' looks at all hubs; ALLOW_EARLY=b deploys it now",
		},
		"of another cluster that cannot be asked": {
			func() *fleet {
				f := all().without("a").without("c")
				f.facts.Rounds.Away = map[string]string{"c1": "cannot be asked (no key)"}
				return f
			}(), "b waits for round 1, of which nobody knows: cluster c1 cannot be asked (no key): a run with access to c1 goes on; ALLOW_EARLY=b deploys it now",
		},
		"the first round alone":     {all().without("b").without("c"), "a yes"},
		"early":                     {all().set("b", func(h *HubFacts) { h.Early = true }), "a yes\nb yes\nc waits for round 1, which is not done: a"},
		"values alone":              {newFleet("a", "b").release("b", values), "a no\nb yes"},
		"values, and a change":      {newFleet("a", "b").release("a", values).release("b", changed), "a yes\nb waits for round 1, which is not done: a"},
		"values over a failure":     {newFleet("a", "b").release("a", released("failed", "v2", "v2", 0)).release("b", values), "a yes\nb yes"},
		"a first install":           {newFleet("a", "b").release("a", changed).release("b", Release{Asked: true}), "a yes\nb yes"},
		"of round 1":                {newFleet("a", "b").release("a", Release{Asked: true}).release("b", changed), "a yes\nb waits for round 1, which is not done: a"},
		"a first one that failed":   {newFleet("a", "b").release("a", Release{Asked: true, Revision: 1, Status: "failed"}).release("b", changed), "a yes\nb waits for round 1, which failed at a"},
		"made by hand":              {newFleet("a", "b").release("a", changed).release("b", byHand), "a yes\nb waits for round 1, which is not done: a"},
		"in the way":                {newFleet("a", "b").set("a", func(h *HubFacts) { h.Release.Foreign = "somebody's" }).release("b", changed), "a refused\nb waits for round 1, which is not done: a"},
		"another helm, no deploy":   {newFleet("a", "b").release("a", otherHelm(values)).release("b", otherHelm(released("deployed", "v1", "v1", time.Hour))), "a yes\nb no"},
		"another helm goes first":   {newFleet("a", "b").release("a", otherHelm(released("deployed", "v1", "v1", time.Hour))).release("b", otherHelm(values)), "a yes\nb waits for round 1, which is not done: a"},
		"deployed by this run":      {newFleet("a", "b").release("a", changed).set("a", func(h *HubFacts) { h.Deployed, h.Release.Had = true, time.Hour }).release("b", changed), "a no\nb yes"},
		"several failed":            {newFleet("a b c d", "e").release("a", released("failed", "v2", "v2", 0)).release("b", released("failed", "v2", "v2", 0)).release("c", released("failed", "v2", "v2", 0)).release("d", released("failed", "v2", "v2", 0)).release("e", changed), "a yes\nb yes\nc yes\nd yes\ne waits for round 1, which failed at a, b, c and 1 more"},
		"the youngest of the round": {newFleet("a b", "c").release("a", done(20*time.Minute)).release("b", done(5*time.Minute)).release("c", changed), "a no\nb no\nc waits for round 1, which soaks until 14:25 UTC"},
	} {
		if got := test.fleet.steps(t); got != test.want {
			t.Errorf("%s:\n%s\nwant:\n%s", name, got, test.want)
		}
	}
}

// What another branch owns is as that branch says: whether it has held is all that counts.
func TestAHubOfAnotherBranchCountsAsItIs(t *testing.T) {
	for name, test := range map[string]struct {
		release Release
		want    string
	}{
		"it has another chart": {released("deployed", "v3", "v2", time.Hour), "a refused\nb yes"},
		"it soaks":             {released("deployed", "v3", "v2", time.Minute), "a refused\nb waits for round 1, which soaks until 14:29 UTC"},
		"it failed":            {released("failed", "v3", "v2", time.Hour), "a refused\nb waits for round 1, which failed at a"},
		"it was never there":   {Release{Asked: true}, "a refused\nb yes"},
		"nobody knows":         {Release{}, "a refused\nb waits for round 1, of which nobody knows: c1 was not asked"},
	} {
		f := newFleet("a", "b").release("a", test.release).release("b", released("deployed", "v1", "v2", time.Hour))
		f.facts.Event = ci.Event{Kind: ci.Push, Branch: "main"}
		f.facts.Branches = []config.Branch{{Name: "main", Hubs: []string{"*"}}, {Name: "staging", Hubs: []string{"a"}}}
		f.facts.Owners = Owners{Branches: f.facts.Branches, From: "origin/main"}
		if got := f.steps(t); got != test.want {
			t.Errorf("%s:\n%s\nwant:\n%s", name, got, test.want)
		}
	}
}

func TestOnlyTheKindsThatAreSetGoInRounds(t *testing.T) {
	changed := released("deployed", "v1", "v2", time.Hour)
	f := newFleet("a", "b").release("a", changed).release("b", changed)
	f.facts.Rounds.For = []history.Kind{history.ImageKind}
	if got := f.steps(t); got != "a yes\nb yes" {
		t.Errorf("got %s", got)
	}
}

// The law: nothing of a later round is deployed, by a change that goes in rounds, while a hub of an earlier one is not done or has not soaked. The
// cluster is played: hubs are deployed, fail, are killed, rolled back, away; time passes; the repository changes.
func TestNoRoundBeginsBeforeTheOneBeforeIsDone(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2)) // repeatable
	for range 400 {
		world := newWorld(random)
		for range 40 {
			world.happen()
			world.run(t)
		}
		world.settle(t)
	}
}

// world is a fleet whose releases are played.
type world struct {
	*rand.Rand
	*fleet
	wanted int // version of the chart that the repository has
	now    time.Duration
	hubs   map[string]*played
}

// played is the release of one hub.
type played struct {
	version, before int // of the newest revision, and of what runs
	status          string
	since           time.Duration
	away            bool
}

func newWorld(random *rand.Rand) *world {
	var rounds []string
	for i := range 2 + random.IntN(3) {
		names := fmt.Sprintf("r%da", i)
		if random.IntN(2) == 0 {
			names += fmt.Sprintf(" r%db", i)
		}
		rounds = append(rounds, names)
	}
	w := &world{Rand: random, fleet: newFleet(rounds...), wanted: 1, hubs: map[string]*played{}}
	for _, h := range w.facts.Hubs {
		w.hubs[h.Name] = &played{version: 1, before: 1, status: "deployed", since: -time.Hour}
	}
	return w
}

// happen is what changes between two runs.
func (w *world) happen() {
	w.now += time.Duration(w.IntN(25)) * time.Minute
	for _, hub := range w.hubs {
		hub.away = w.IntN(20) == 0
		if w.IntN(30) == 0 && hub.status == "deployed" && hub.version > 1 {
			hub.version, hub.before, hub.since = hub.version-1, hub.version-1, w.now // somebody rolls it back
		}
	}
	if w.IntN(10) == 0 {
		w.wanted++
	}
}

// look makes the facts.
func (w *world) look() {
	version := func(v int) string { return fmt.Sprint("v", v) }
	for name, hub := range w.hubs {
		release := released(hub.status, version(hub.version), version(w.wanted), w.now-hub.since)
		release.Running.Record.Chart, release.Running.Record.ChartCode = version(hub.before), version(hub.before)
		if hub.away {
			release = Release{}
		}
		w.release(name, release)
	}
}

// done is the law's own idea of a hub that the next round may follow.
func (w *world) done(name string) bool {
	hub := w.hubs[name]
	return !hub.away && hub.status == "deployed" && hub.version == w.wanted && w.now-hub.since >= 30*time.Minute
}

// run is one run of a deploy.
func (w *world) run(t *testing.T) (deployed int) {
	t.Helper()
	w.look()
	made, err := Make(w.facts)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range made.Hubs {
		if !h.Deploy.Do || w.hubs[h.Name].away {
			continue
		}
		for _, other := range w.facts.Rounds.Hubs {
			if other.Round < h.Round.Number && w.hubs[h.Name].before != w.wanted && !w.done(other.Name) {
				t.Fatalf("%s of round %d is deployed (%s), and %s of round %d is %+v at %s", h.Name, h.Round.Number, h.Deploy.Reason, other.Name, other.Round, *w.hubs[other.Name], w.now)
			}
		}
	}
	for _, h := range made.Hubs {
		hub := w.hubs[h.Name]
		if !h.Deploy.Do || hub.away {
			continue
		}
		deployed++
		hub.version, hub.since = w.wanted, w.now
		hub.status = []string{"deployed", "deployed", "deployed", "deployed", "failed", "pending-upgrade"}[w.IntN(6)]
		if hub.status == "deployed" {
			hub.before = hub.version
		}
	}
	return deployed
}

// settle lets nothing happen any more: then each hub gets what the repository says.
func (w *world) settle(t *testing.T) {
	t.Helper()
	for range 200 {
		w.now += 30 * time.Minute
		for _, hub := range w.hubs {
			hub.away = false
		}
		if w.run(t) == 0 {
			break
		}
	}
	for name, hub := range w.hubs {
		if hub.version != w.wanted || hub.status != "deployed" {
			t.Fatalf("%s is %+v, and the repository has version %d", name, *hub, w.wanted)
		}
	}
}

// A hub that goes early goes in no round: it does not begin one, and no failure of another one stops it.
func TestWhatGoesEarlyIsOfNoRound(t *testing.T) {
	changed := released("deployed", "v1", "v2", time.Hour)
	f := newFleet("a", "b").release("a", changed).release("b", changed).set("b", func(h *HubFacts) { h.Early = true })
	made, err := Make(f.facts)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := made.Hubs[0], made.Hubs[1]; len(a.Round.Change) == 0 || len(b.Round.Change) > 0 || !strings.HasSuffix(b.Deploy.Reason, "; ALLOW_EARLY=b, before round 1 is done") {
		t.Errorf("got %+v and %+v", a, b)
	}
}
