package share

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"hub-ops/magefiles/internal/exit"
)

// Along returns the division with all other hubs too, which have nothing to do: each in the share that has fewest of those with hubs of its stage, or if none
// has any, in the last one with hubs of an earlier stage. Nobody waits for them.
func (d Division) Along(all []Hub) Division {
	filling := d.begin(all)
	for _, one := range filling.left {
		filling.put(one, fewest(filling.sharesOf(one.stage, filling.ofEarlier), filling.has))
	}
	return filling.whole
}

// Complete returns the division with all hubs of the commit: one that it does not name goes to the share that has fewest of those with hubs of its stage.
// Without any names it is that of Divide, as if all took as long. A division that was made for other stages is bad input: jobs of one group, which go side by
// side, would have hubs that are to go one after the other.
func (d Division) Complete(all []Hub) (Division, error) {
	filling := d.begin(all)
	if len(filling.whole.Of) == 0 {
		alike := slices.Clone(all)
		for i := range alike {
			alike[i].Takes = time.Minute
		}
		return Division{Number: d.Number, Of: Divide(alike, d.Number).Of}, nil
	}
	for _, one := range filling.left {
		shares := filling.sharesOf(one.stage, filling.alone)
		if len(shares) == 0 {
			return Division{}, exit.Input("hub %s is in a wave or round of which SHARES names no hub, and the jobs of those before and after it go side by side", one.hubs[0].Name).
				Try("write the matrix again: 'mage ci:matrix'")
		}
		filling.put(one, fewest(shares, filling.has))
	}
	return filling.whole, filling.whole.checkOrder(all)
}

// filling is a division on its way to have all hubs.
type filling struct {
	whole  Division
	left   []unit        // that no share has yet
	shares map[int][]int // of each stage: those with hubs of it, sorted
	has    map[int]int   // how many hubs a share has
}

// begin takes of a division what it says of these hubs. If it has hubs with a common image in several shares, the first has them all.
func (d Division) begin(all []Hub) *filling {
	f := &filling{whole: Division{Number: d.Number, Of: map[string]int{}}, shares: map[int][]int{}, has: map[int]int{}}
	for _, one := range unitsOf(all) {
		number := 0
		for _, hub := range one.hubs {
			if named := d.Of[hub.Name]; named >= 1 && named <= d.Number && (number == 0 || named < number) {
				number = named
			}
		}
		if number == 0 {
			f.left = append(f.left, one)
			continue
		}
		f.whole.put(one, number)
		f.has[number] += len(one.hubs)
		f.shares[one.stage] = append(f.shares[one.stage], number)
	}
	for stage, numbers := range f.shares {
		slices.Sort(numbers)
		f.shares[stage] = slices.Compact(numbers)
	}
	return f
}

// put gives a unit to a share.
func (f *filling) put(one unit, number int) {
	f.whole.put(one, number)
	f.has[number] += len(one.hubs)
}

// sharesOf are the shares with hubs of a stage; of one that no share has, those that otherwise names.
func (f *filling) sharesOf(stage int, otherwise func(stage int) []int) []int {
	if own := f.shares[stage]; len(own) > 0 {
		return own
	}
	return otherwise(stage)
}

// ofEarlier is the last share with hubs of an earlier stage, or the first one.
func (f *filling) ofEarlier(stage int) []int {
	last := 1
	for other, numbers := range f.shares {
		if other < stage {
			last = max(last, slices.Max(numbers))
		}
	}
	return []int{last}
}

// alone is the share that alone has hubs of the stage before, or of the one after: it does its hubs in the order of their stages, and no other job goes
// beside it.
func (f *filling) alone(stage int) []int {
	before, after := -1, -1
	for _, other := range slices.Sorted(maps.Keys(f.shares)) {
		switch {
		case other < stage:
			before = other
		case after < 0:
			after = other
		}
	}
	for _, neighbour := range []int{before, after} {
		if numbers := f.shares[neighbour]; len(numbers) == 1 {
			return numbers
		}
	}
	return nil
}

// checkOrder refuses a division in which a share has a hub that is to go after one of a later share.
func (d Division) checkOrder(all []Hub) error {
	sorted := slices.SortedFunc(slices.Values(all), func(a, b Hub) int {
		return cmp.Or(cmp.Compare(a.Stage, b.Stage), cmp.Compare(d.Of[a.Name], d.Of[b.Name]), cmp.Compare(a.Name, b.Name))
	})
	for i, hub := range sorted {
		if i == 0 || hub.Stage == sorted[i-1].Stage {
			continue
		}
		if last := sorted[i-1]; d.Of[hub.Name] < d.Of[last.Name] { // the last share of the stage before, the first of this one
			return exit.Input("hub %s is in share %d, which goes before share %d, and is to go after hub %s, which is there: the waves or rounds were others when SHARES was made", hub.Name, d.Of[hub.Name], d.Of[last.Name], last.Name).
				Try("write the matrix again: 'mage ci:matrix'")
		}
	}
	return nil
}

// fewest is the share that has fewest hubs, the first of several.
func fewest(numbers []int, has map[int]int) int {
	return slices.MinFunc(numbers, func(a, b int) int { return cmp.Or(cmp.Compare(has[a], has[b]), cmp.Compare(a, b)) })
}
