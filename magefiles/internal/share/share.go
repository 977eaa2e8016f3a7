// Package share divides the hubs of a run among the jobs of a CI system: each hub is in exactly one share, and hubs that are deployed one after the
// other are in jobs of which one begins when the other has ended. It is pure.
//
// Which hub is whose has to be the same in all jobs of a run, and each of them asks the cluster at another moment. So how long deploys took, which is
// what the shares are balanced by, is asked once, by the job that prints the matrix: it fixes the division, as text, which the others are given.
// What that text does not name, the commit decides alone, which is the same in all jobs: see Division.Complete.
//
//	made := share.Divide(hubs, 8)
//	text := made.String()                              // "1:a,b+2:c"
//	given, err := share.Read(text, share.Share{Number: 2, Of: 8})
//	whole, err := given.Complete(all)                  // whole.Of["c"] is 2
package share

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"hub-ops/magefiles/internal/exit"
)

// Most is how many jobs a run can be divided among: GitHub makes 256 of a matrix.
const Most = 256

// Share is one of several: the first of three is {1, 3}. The zero value is all of it.
type Share struct{ Number, Of int }

// Parse reads a share, such as 3/8; "" is all of it.
func Parse(text string) (Share, error) {
	if text == "" {
		return Share{}, nil
	}
	first, second, divided := strings.Cut(text, "/")
	number, wrong := count(first)
	of, alsoWrong := count(second)
	if !divided || wrong || alsoWrong || number > of {
		return Share{}, exit.Input("%.40q is no share", text).Try("write it as 3/8: the third of eight, of which there can be %d", Most)
	}
	return Share{number, of}, nil
}

// count reads a number from 1 to Most, written as this program writes it.
func count(text string) (number int, wrong bool) {
	number, err := strconv.Atoi(text)
	return number, err != nil || number < 1 || number > Most || text != strconv.Itoa(number)
}

// All reports whether it is all of the run.
func (s Share) All() bool { return s.Of == 0 }

// String is 3/8.
func (s Share) String() string { return fmt.Sprintf("%d/%d", s.Number, s.Of) }

// Hub is what is to be divided.
type Hub struct {
	Name   string
	Stage  int           // of a lower one all hubs are deployed first: see plan.WaveOf and plan.InRounds
	Takes  time.Duration // how long a deploy of it is expected to take
	Images []string      // the names of those that are built for it
}

// Division says which share has a hub.
type Division struct {
	Number int            // of shares
	Of     map[string]int // by the names of hubs; the first is 1
}

// Divide divides hubs among so many jobs at most, so that those of each stage take about as long. Shares of a later stage have higher numbers. Where
// there are fewer jobs than stages, a share has several stages that follow each other. Hubs of one stage with an image in common are in one share: of two
// jobs that push it at once, one would fail.
func Divide(hubs []Hub, jobs int) Division {
	stages := byStage(hubs)
	most := 0
	for _, stage := range stages {
		most += len(stage)
	}
	jobs = max(1, min(jobs, most, Most))
	made := Division{Number: jobs, Of: map[string]int{}}
	if len(hubs) == 0 {
		return made
	}
	if len(stages) >= jobs {
		for i, stage := range stages {
			for _, unit := range stage {
				made.put(unit, i*jobs/len(stages)+1)
			}
		}
		return made
	}
	first := 1
	for i, number := range jobsOf(stages, jobs) {
		made.balance(stages[i], first, number)
		first += number
	}
	return made
}

// put gives hubs to a share.
func (d Division) put(u unit, number int) {
	for _, hub := range u.hubs {
		d.Of[hub.Name] = number
	}
}

// jobsOf divides jobs among stages: one to each, and the others to those whose jobs would take longest.
func jobsOf(stages [][]unit, jobs int) []int {
	number, takes := make([]int, len(stages)), make([]time.Duration, len(stages))
	for i, stage := range stages {
		number[i] = 1
		for _, unit := range stage {
			takes[i] += unit.takes
		}
	}
	for range jobs - len(stages) {
		longest := -1
		for i, stage := range stages {
			more := number[i] < len(stage)
			if more && (longest < 0 || takes[i]/time.Duration(number[i]) > takes[longest]/time.Duration(number[longest])) {
				longest = i
			}
		}
		number[longest]++ // there are as many units as jobs
	}
	return number
}

// balance gives each unit to the share that has least to do.
func (d Division) balance(units []unit, first, number int) {
	takes, has := make([]time.Duration, number), make([]int, number)
	for _, unit := range units {
		least := 0
		for i := range number {
			if takes[i] < takes[least] || takes[i] == takes[least] && has[i] < has[least] {
				least = i
			}
		}
		d.put(unit, first+least)
		takes[least] += unit.takes
		has[least] += len(unit.hubs)
	}
}

// Groups are the shares that go side by side, one group after the other: those with hubs of one stage.
func (d Division) Groups(hubs []Hub) [][]int {
	last := map[int]int{} // by share: its last stage
	for _, hub := range hubs {
		if number, has := d.Of[hub.Name]; has {
			last[number] = max(hub.Stage, last[number])
		}
	}
	var groups [][]int
	for number := 1; number <= d.Number; number++ {
		stage, has := last[number]
		if before, had := last[number-1]; number == 1 || has && (!had || stage != before) {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], number)
	}
	return groups
}

// String is the division as text: "1:a,b+2:c". No shell takes any of that for something else.
func (d Division) String() string {
	hubs := make([][]string, d.Number+1)
	for _, name := range slices.Sorted(maps.Keys(d.Of)) {
		hubs[d.Of[name]] = append(hubs[d.Of[name]], name)
	}
	var parts []string
	for number, names := range hubs {
		if len(names) > 0 {
			parts = append(parts, fmt.Sprintf("%d:%s", number, strings.Join(names, ",")))
		}
	}
	return strings.Join(parts, "+")
}

// Read reads what String has written, for one of its shares. All jobs of a run are given the same text, so all of them refuse one that cannot be read.
func Read(text string, own Share) (Division, error) {
	read := Division{Number: own.Of, Of: map[string]int{}}
	for part := range strings.SplitSeq(text, "+") {
		if text == "" {
			break
		}
		first, names, divided := strings.Cut(part, ":")
		number, wrong := count(first)
		if !divided || wrong || number > own.Of || names == "" {
			return Division{}, exit.Input("%.60q names no hubs of one of %d shares", part, own.Of).Try("give it as 'mage ci:matrix' has printed it")
		}
		for name := range strings.SplitSeq(names, ",") {
			if before, twice := read.Of[name]; twice || name == "" {
				return Division{}, exit.Input("hub %.60q is in share %d and in share %d", name, before, number).Try("give it as 'mage ci:matrix' has printed it")
			}
			read.Of[name] = number
		}
	}
	return read, nil
}
