package fleet

import (
	"fmt"
	"math"
	"strings"
	"time"

	"hub-ops/magefiles/internal/ui/live"
)

// plot is one drawing in two widths: letters would else be too small on a phone.
type plot struct {
	Wide, Narrow drawing
}

// drawing is one SVG: its size, axes, and marks.
type drawing struct {
	Wide, High, Bottom, Left, Right int
	Grid                            string // path
	X, Y                            []label
	Marks                           []mark
}

type label struct {
	X, Y int
	Text string
}

// mark is a path of a kind, of one hub or of all.
type mark struct{ Kind, Class, Path string }

// The two sizes of a drawing, in pixels, with room for the axes.
func wide() drawing   { return drawing{Wide: 1000, High: 250, Left: 64, Right: 988, Bottom: 218} }
func narrow() drawing { return drawing{Wide: 330, High: 220, Left: 54, Right: 322, Bottom: 190} }

const top = 10 // pixels above the plot

// period is the time that plots show, in whole days.
type period struct {
	from time.Time
	days int
}

// span is the period of the deploys, a week at the least.
func span(deploys []Deploy, until time.Time) period {
	from := until
	for _, d := range deploys {
		if d.At.Before(from) {
			from = d.At
		}
		if d.At.After(until) {
			until = d.At
		}
	}
	const least = 7
	begin := time.Date(from.UTC().Year(), from.UTC().Month(), from.UTC().Day(), 0, 0, 0, 0, time.UTC)
	n := int(until.Sub(begin).Hours()/24) + 1
	if n < least {
		begin, n = begin.AddDate(0, 0, n-least), least
	}
	return period{begin, n}
}

// share is where a time is in the period, from 0 to 1.
func (p period) share(at time.Time) float64 { return at.Sub(p.from).Hours() / 24 / float64(p.days) }

func (d *drawing) x(share float64) int {
	return d.Left + int(share*float64(d.Right-d.Left))
}

// y is where a share of the height is; 0 is at the bottom.
func (d *drawing) y(share float64) int { return d.Bottom - int(share*float64(d.Bottom-top)) }

// dates labels the time.
func (d *drawing) dates(p period) {
	const apart = 100 // pixels
	step := max(1, int(math.Ceil(float64(apart*p.days)/float64(d.Right-d.Left))))
	const letters = 40 // pixels of the last label
	for i := 0; i < p.days; i += step {
		x := d.x(float64(i) / float64(p.days))
		if x > d.Right-letters {
			break
		}
		d.X = append(d.X, label{x, d.Bottom + 20, p.from.AddDate(0, 0, i).Format("2 Jan")})
		d.Grid += fmt.Sprintf("M%d %dv6", x, d.Bottom)
	}
}

// level draws a line across, with what it stands for.
func (d *drawing) level(share float64, text string) {
	y := d.y(share)
	d.Y = append(d.Y, label{d.Left - 8, y + 4, text})
	d.Grid += fmt.Sprintf("M%d %dH%d", d.Left, y, d.Right)
}

// drawn makes both widths of a plot.
func drawn(p period, draw func(*drawing)) plot {
	both := plot{wide(), narrow()}
	for _, d := range []*drawing{&both.Wide, &both.Narrow} {
		d.dates(p)
		draw(d)
	}
	return both
}

// days counts the deploys of each day, or of each week where there are many days.
func days(deploys []Deploy, p period) ([]day, plot) {
	const many = 62
	step, format := 1, "2006-01-02"
	if p.days > many {
		step, format = 7, "week of 2006-01-02"
	}
	counts := make([]day, (p.days+step-1)/step)
	for i := range counts {
		counts[i].Name = p.from.AddDate(0, 0, i*step).Format(format)
	}
	most := 1
	for _, d := range deploys {
		at := &counts[min(int(d.At.Sub(p.from).Hours()/24)/step, len(counts)-1)]
		at.Deploys++
		if d.Failed {
			at.Failed++
		}
		most = max(most, at.Deploys)
	}
	made := drawn(p, func(d *drawing) {
		highest, tick := nice(float64(most))
		for v := 0.0; v <= highest; v += tick {
			d.level(v/highest, fmt.Sprintf("%.0f", v))
		}
		good, bad := new(strings.Builder), new(strings.Builder)
		for i, one := range counts {
			from, to := d.x(float64(i*step)/float64(p.days)), d.x(math.Min(1, float64((i+1)*step)/float64(p.days)))
			base := float64(one.Failed) / highest
			bar(bad, d, from, to, 0, base)
			bar(good, d, from, to, base, float64(one.Deploys)/highest)
		}
		d.Marks = []mark{{"c-good", "", good.String()}, {"c-bad", "", bad.String()}}
	})
	var kept []day
	for _, one := range counts {
		if one.Deploys > 0 {
			kept = append(kept, one)
		}
	}
	return kept, made
}

// bar adds a column to a path, between two shares of the height.
func bar(path *strings.Builder, d *drawing, from, to int, low, high float64) {
	if high <= low {
		return
	}
	gap := max(1, (to-from)/6)
	y := d.y(high)
	fmt.Fprintf(path, "M%d %dh%dV%dH%dz", from+gap, y, max(1, to-from-2*gap), d.y(low), from+gap)
}

// nice is a round number that is not less, and the step of its ticks.
func nice(most float64) (highest, tick float64) {
	power := math.Pow(10, math.Floor(math.Log10(most)))
	for _, factor := range []float64{1, 2, 5, 10} {
		if highest = factor * power; highest >= most {
			break
		}
	}
	tick = highest / 5
	if highest/power == 2 || highest/power == 1 {
		tick = highest / 4
	}
	if highest < 10 { // whole things are counted
		tick = math.Max(1, math.Ceil(tick))
		highest = tick * math.Ceil(most/tick)
	}
	return highest, tick
}

// clocks are the levels of the times of deploys, in seconds: the axis is logarithmic.
var clocks = []float64{1, 3, 10, 30, 60, 180, 600, 1800, 3600, 14400, 43200, 86400}

// times shows how long each deploy took. One that failed, and whose time is not known, stands at the bottom.
func times(hubs []hub, p period) plot {
	first, last := math.Inf(1), 0.0
	for _, h := range hubs {
		for _, d := range h.deploys {
			if d.Took > 0 {
				first, last = math.Min(first, d.Took.Seconds()), math.Max(last, d.Took.Seconds())
			}
		}
	}
	low, high := 0, len(clocks)-1
	if last == 0 { // of none is it known
		first, last = clocks[0], clocks[1]
	}
	for low+2 < len(clocks) && clocks[low+1] <= first {
		low++
	}
	for high > low+1 && clocks[high-1] >= last {
		high--
	}
	share := func(took time.Duration) float64 {
		s := math.Log(took.Seconds()/clocks[low]) / math.Log(clocks[high]/clocks[low])
		return math.Min(1, math.Max(0, s))
	}
	return drawn(p, func(d *drawing) {
		for _, seconds := range clocks[low : high+1] {
			took := time.Duration(seconds) * time.Second
			d.level(share(took), live.Clock(took))
		}
		for _, h := range hubs {
			good, bad := new(strings.Builder), new(strings.Builder)
			for _, one := range h.deploys {
				x := d.x(p.share(one.At))
				switch {
				case one.Failed && one.Took > 0:
					cross(bad, x, d.y(share(one.Took)), 4)
				case one.Failed:
					cross(bad, x, d.Bottom-6, 4)
				case one.Took > 0:
					fmt.Fprintf(good, "M%d %dh0", x, d.y(share(one.Took)))
				}
			}
			d.add("dot", h.Class, good.String())
			d.add("cross", h.Class, bad.String())
		}
	})
}

// add adds a path of one hub, if there is any.
func (d *drawing) add(kind, class, path string) {
	if path != "" {
		d.Marks = append(d.Marks, mark{kind, class, path})
	}
}

func cross(path *strings.Builder, x, y, r int) {
	fmt.Fprintf(path, "M%d %dl%d %dm0 %dl%d %d", x-r, y-r, 2*r, 2*r, -2*r, -2*r, 2*r)
}

// sizes shows how large the images of each hub were, from deploy to deploy.
func sizes(hubs []hub, p period) plot {
	var most int64
	for _, h := range hubs {
		for _, d := range h.deploys {
			most = max(most, d.Size)
		}
	}
	if most == 0 {
		return plot{}
	}
	unit := math.Pow(1000, math.Floor(math.Log(float64(most))/math.Log(1000)))
	highest, tick := nice(float64(most) / unit)
	return drawn(p, func(d *drawing) {
		for v := 0.0; v <= highest; v += tick {
			d.level(v/highest, live.Bytes(int64(v*unit)))
		}
		for _, h := range hubs {
			path, dots, begun := new(strings.Builder), new(strings.Builder), false
			for _, one := range h.deploys {
				if one.Size == 0 || one.Failed {
					continue
				}
				x, y := d.x(p.share(one.At)), d.y(float64(one.Size)/unit/highest)
				fmt.Fprintf(dots, "M%d %dh0", x, y)
				if !begun {
					fmt.Fprintf(path, "M%d %d", x, y)
				} else {
					fmt.Fprintf(path, "H%dV%d", x, y)
				}
				begun = true
			}
			if begun {
				fmt.Fprintf(path, "H%d", d.Right)
			}
			d.add("size", h.Class, path.String())
			d.add("size-dot", h.Class, dots.String())
		}
	})
}

// spark is the small plot of a hub's deploys over time, 144 by 24.
func spark(deploys []Deploy, p period) (dots, crosses string) {
	good, bad := new(strings.Builder), new(strings.Builder)
	for _, d := range deploys {
		x := 6 + int(p.share(d.At)*132)
		if d.Failed {
			cross(bad, x, 12, 4)
		} else {
			fmt.Fprintf(good, "M%d 12h0", x)
		}
	}
	return good.String(), bad.String()
}
