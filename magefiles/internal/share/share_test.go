package share

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/exit"
)

func TestAShareIsRead(t *testing.T) {
	for text, want := range map[string]Share{"": {}, "1/1": {1, 1}, "3/8": {3, 8}, "256/256": {256, 256}} {
		if got, err := Parse(text); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"0/8", "9/8", "-1/8", "1/0", "1/257", "3", "/", "3/", "/8", "3/8/1", " 3/8", "03/8", "+3/8", "a/b", "3/8\n", "1/99999999999999999999", strings.Repeat("1", 9999)} {
		_, err := Parse(text)
		if err == nil || exit.Code(err) != exit.BadInput || strings.Contains(err.Error(), "\n") || len(err.Error()) > 300 {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// someHubs are hubs as they may be: few or many, of few stages or many, of any length.
func someHubs(random *rand.Rand) []Hub {
	hubs := make([]Hub, random.IntN(40))
	for i := range hubs {
		hubs[i] = Hub{fmt.Sprintf("hub-%d", i), random.IntN(1 + random.IntN(6)), time.Duration(random.IntN(3)) * time.Duration(random.IntN(600)) * time.Second, nil}
		for range random.IntN(3) {
			hubs[i].Images = append(hubs[i].Images, fmt.Sprintf("image-%d", random.IntN(40)))
		}
	}
	return hubs
}

// Whatever the hubs are, however many jobs there are, whatever the text names that the jobs are given, and in whichever order each of them finds its hubs:
// each hub is in exactly one share.
func TestEachHubIsInExactlyOneShare(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		hubs, jobs := someHubs(random), 1+random.IntN(12)
		text := ""
		switch random.IntN(4) {
		case 0: // as it was made
			made := Divide(hubs, jobs)
			text, jobs = made.String(), made.Number
		case 1: // of another commit: some hubs are gone, some are new
			others := append(someHubs(random), Hub{Name: "gone"})
			made := Divide(others, jobs)
			text, jobs = made.String(), made.Number
		case 2: // whatever somebody has written
			text = fmt.Sprintf("%d:hub-1,hub-%d+%d:hub-3", random.IntN(14), random.IntN(5), random.IntN(14))
		}
		had := map[string]int{}
		refused := 0
		for number := 1; number <= jobs; number++ {
			own := slices.Clone(hubs)
			random.Shuffle(len(own), func(i, j int) { own[i], own[j] = own[j], own[i] })
			for i := range own {
				own[i].Takes = time.Duration(random.IntN(1000)) * time.Second // what each job reads of the records
			}
			given, err := Read(text, Share{number, jobs})
			if err != nil {
				refused++
				continue
			}
			whole, err := given.Complete(own)
			if err != nil {
				refused++
				continue
			}
			for name, share := range whole.Of {
				if share == number {
					had[name]++
				}
			}
		}
		if refused > 0 {
			if refused != jobs {
				t.Fatalf("%q: %d of %d jobs refuse it", text, refused, jobs)
			}
			continue
		}
		for _, hub := range hubs {
			if had[hub.Name] != 1 {
				t.Fatalf("%s is in %d of %d shares, by %q", hub.Name, had[hub.Name], jobs, text)
			}
		}
		if len(had) != len(hubs) {
			t.Fatalf("%d hubs, and %d in shares", len(hubs), len(had))
		}
	}
}

// Of two hubs of different stages the later one is in a later group, or in the same job.
func TestStagesStayInOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		hubs := someHubs(random)
		made := Divide(hubs, 1+random.IntN(12))
		groups := made.Groups(hubs)
		place := map[int]int{}
		for i, group := range groups {
			for _, number := range group {
				place[number] = i
			}
		}
		if len(place) != made.Number || slices.ContainsFunc(groups, func(group []int) bool { return len(group) == 0 }) {
			t.Fatalf("%d shares in groups %v", made.Number, groups)
		}
		for _, a := range hubs {
			for _, b := range hubs {
				if one, two := made.Of[a.Name], made.Of[b.Name]; a.Stage < b.Stage && one != two && place[one] >= place[two] {
					t.Fatalf("%+v is in %d, %+v in %d, of groups %v", a, one, b, two, groups)
				}
			}
		}
	}
}

func TestSharesAreBalanced(t *testing.T) {
	hubs := []Hub{{"a", 1, 9 * time.Minute, nil}, {"b", 1, 5 * time.Minute, nil}, {"c", 1, 4 * time.Minute, nil}, {"d", 2, time.Minute, nil}}
	if got := Divide(hubs, 3).String(); got != "1:a+2:b,c+3:d" {
		t.Errorf("got %s", got)
	}
	if got := Divide(hubs, 2).String(); got != "1:a,b,c+2:d" {
		t.Errorf("got %s", got)
	}
	if got := Divide(hubs, 1).String(); got != "1:a,b,c,d" {
		t.Errorf("got %s", got)
	}
	if got := Divide(hubs, 99); got.Number != 4 {
		t.Errorf("more jobs than hubs: %v", got)
	}
	if got := Divide(nil, 8); got.Number != 1 || got.String() != "" {
		t.Errorf("no hub: %v", got)
	}
}

func TestAHubThatIsNewGoesToItsWave(t *testing.T) {
	given, err := Read("1:a+2:b,c+3:d", Share{1, 3})
	if err != nil {
		t.Fatal(err)
	}
	all := []Hub{{"a", 1, 0, nil}, {"b", 1, 0, nil}, {"c", 1, 0, nil}, {"d", 2, 0, nil}, {"new", 1, 0, nil}, {"later", 2, 0, nil}, {"last", 3, 0, nil}}
	if got, err := given.Complete(all); err != nil || got.String() != "1:a,new+2:b,c+3:d,last,later" {
		t.Errorf("got %s, %v", got, err)
	}
}

// No job does hubs of a stage beside a job with hubs of another one: a division that was made for other stages is refused, in each job.
func TestAHubGoesToNoShareOfAnotherStage(t *testing.T) {
	hubs := func(stages ...int) (all []Hub) {
		for i, stage := range stages {
			all = append(all, Hub{Name: string(rune('a' + i)), Stage: stage})
		}
		return all
	}
	for _, test := range []struct {
		text   string
		stages []int // of a, b, ...
		want   string
	}{
		{"1:a+2:b+3:c", []int{0, 0, 2, 1}, "1:a+2:b+3:c,d"}, // c goes alone, so d before it
		{"1:a+2:b+3:c", []int{0, 2, 2, 1}, "1:a,d+2:b+3:c"}, // a goes alone, so d after it
		{"1:a,b+3:c", []int{0, 0, 0, 1}, "hub d is in a wave or round of which SHARES names no hub"},
		{"1:a+2:b+3:c", []int{1, 1, 1, 0}, "hub d is in a wave or round of which SHARES names no hub"},
		{"1:a+2:b+3:c", []int{0, 1, 0}, "hub b is in share 2, which goes before share 3, and is to go after hub c"},
	} {
		for number := 1; number <= 3; number++ {
			given, err := Read(test.text, Share{number, 3})
			if err != nil {
				t.Fatal(err)
			}
			got, err := given.Complete(hubs(test.stages...))
			if err == nil && got.String() != test.want || err != nil && (!strings.HasPrefix(err.Error(), test.want) || exit.Code(err) != exit.BadInput) {
				t.Errorf("%s, %v: got %s, %v, want %s", test.text, test.stages, got, err, test.want)
			}
		}
	}
}

// What has nothing to do goes along, in an order that Complete takes.
func TestWhatHasNothingToDoGoesAlong(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for range 2000 {
		all := someHubs(random)
		busy := slices.DeleteFunc(slices.Clone(all), func(Hub) bool { return random.IntN(3) == 0 })
		made := Divide(busy, 1+random.IntN(12)).Along(all)
		if len(made.Of) != len(all) {
			t.Fatalf("%d of %d hubs", len(made.Of), len(all))
		}
		if whole, err := made.Complete(all); err != nil || whole.String() != made.String() {
			t.Fatalf("%s: %s, %v", made, whole, err)
		}
	}
	if got := Divide(nil, 8).Along([]Hub{{Name: "b", Stage: 1}, {Name: "a"}}).String(); got != "1:a,b" {
		t.Errorf("nothing to do: %s", got)
	}
}

// Of two jobs that push one image at once, one would fail. Those of two stages do not run at once.
func TestHubsWithOneImageAreInOneShare(t *testing.T) {
	image := func(names ...string) []string { return names }
	hubs := []Hub{
		{"a", 0, time.Minute, image("x")},
		{"b", 0, time.Minute, image("y")},
		{"c", 0, time.Minute, image("y", "x")},
		{"d", 0, 5 * time.Minute, image("z")},
		{"e", 0, time.Minute, nil},
		{"f", 1, time.Minute, image("x")},
		{"g", 1, time.Minute, image("z")},
	}
	if got := Divide(hubs, 5).String(); got != "1:d+2:a,b,c+3:e+4:f+5:g" {
		t.Errorf("got %s", got)
	}
	if got := Divide(hubs[:3], 8); got.Number != 1 {
		t.Errorf("one image: %+v", got)
	}
	given, err := Read("1:a,d+2:c,e+3:f,g", Share{1, 3})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := given.Complete(hubs); err != nil || got.String() != "1:a,b,c,d+2:e+3:f,g" {
		t.Errorf("got %s, %v", got, err)
	}
	random := rand.New(rand.NewPCG(7, 8))
	for range 2000 {
		all := someHubs(random)
		made := Divide(all, 1+random.IntN(12))
		for _, one := range all {
			for _, other := range all {
				common := one.Stage == other.Stage && slices.ContainsFunc(one.Images, func(image string) bool { return slices.Contains(other.Images, image) })
				if common && made.Of[one.Name] != made.Of[other.Name] {
					t.Fatalf("%+v and %+v: %s", one, other, made)
				}
			}
		}
	}
}

func TestATextThatIsNoneIsRefused(t *testing.T) {
	for _, text := range []string{"1", "1:", ":a", "0:a", "4:a", "a:1", "1:a+", "1:a,,b", "1:a+2:a", "1:a,a", "+", "1:a++2:b", ";"} {
		if _, err := Read(text, Share{1, 3}); err == nil || exit.Code(err) != exit.BadInput {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestTheMatrixOfEachSystem(t *testing.T) {
	hubs := []Hub{{"a", 1, 9 * time.Minute, nil}, {"b", 1, 5 * time.Minute, nil}, {"c", 2, time.Minute, nil}}
	made := Divide(hubs, 3)
	matrix := Matrix{made, made.Groups(hubs)}
	text, err := matrix.For("github")
	if want := `{"waves":[{"include":[{"share":"1/3"},{"share":"2/3"}]},{"include":[{"share":"3/3"}]}],"shares":"1:a+2:b+3:c"}` + "\n"; err != nil || text != want || !json.Valid([]byte(text)) {
		t.Errorf("got %s, %v", text, err)
	}
	var gitlab struct {
		Stages []string
		First  struct {
			Extends, Stage string
			Parallel       struct{ Matrix []map[string][]string }
			Variables      map[string]string
		} `yaml:"hubs-1"`
		Second any `yaml:"hubs-2"`
	}
	if text, err = matrix.For("gitlab"); err != nil || yaml.Unmarshal([]byte(text), &gitlab) != nil {
		t.Fatalf("%s: %v", text, err)
	}
	if first := gitlab.First; len(gitlab.Stages) != 2 || first.Stage != "hubs-1" || !slices.Equal(first.Parallel.Matrix[0]["SHARE"], []string{"1/3", "2/3"}) ||
		first.Variables["SHARES"] != "1:a+2:b+3:c" || gitlab.Second == nil || first.Extends != ".hubs" {
		t.Errorf("got %s", text)
	}
	var travis struct {
		Jobs struct {
			Include []struct {
				Stage, Env string
			}
		}
	}
	if text, err = matrix.For("travis"); err != nil || yaml.Unmarshal([]byte(text), &travis) != nil {
		t.Fatalf("%s: %v", text, err)
	}
	if jobs := travis.Jobs.Include; len(jobs) != 3 || jobs[1].Stage != "hubs 1" || jobs[2].Stage != "hubs 2" || jobs[2].Env != "SHARE=3/3 SHARES=1:a+2:b+3:c" {
		t.Errorf("got %s", text)
	}
	if _, err := matrix.For("jenkins"); err == nil || exit.Code(err) != exit.BadInput {
		t.Error(err)
	}
}
