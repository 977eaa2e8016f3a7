package run

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"hub-ops/magefiles/internal/journal"
	"hub-ops/magefiles/internal/ui/live"
)

// line is the time line: a row a hub, in the order in which work on them began.
type line struct {
	Ticks  []string // where each stretch of the axis begins
	Grid   string   // path of the lines between them
	Legend []mark
	Rows   []row
	Slow   int // how many rows count as the slowest; 0: too few to choose
}

// mark is a stretch of a bar: its kind, which has a colour, and its path.
type mark struct{ Kind, Says, Path string }

type row struct {
	Hub, Time, Is, Class string
	Bar                  []mark
	Stages               []string
	Says                 []string
	Layers, Pods         []sub
	More                 string // layers that are not shown
}

// sub is a layer or a pod.
type sub struct {
	Label, Time string
	Bar         []mark
}

// wide is the length of the axis in the units of a bar's drawing.
const wide = 1000

// kinds are the stages that have a colour of their own, with what they are called in the legend, in the order of a deploy.
var kinds = []mark{
	{Kind: "build", Says: "build"},
	{Kind: "push", Says: "push"},
	{Kind: "prepare", Says: "prepare and check"},
	{Kind: "wait", Says: "wait for a turn"},
	{Kind: "helm", Says: "helm"},
	{Kind: "rollout", Says: "pods"},
	{Kind: "settle", Says: "pods hold"},
	{Kind: "other", Says: "other"},
	{Kind: "cut", Says: "failed here"},
}

// kindOf is the kind of a stage of a verb.
func kindOf(stage string) string {
	switch stage {
	case "deploy", "check":
		return "prepare"
	}
	if slices.ContainsFunc(kinds, func(k mark) bool { return k.Kind == stage }) {
		return stage
	}
	return "other"
}

// scale places times on the axis.
type scale struct {
	began time.Time
	long  time.Duration
}

func (s scale) at(t time.Time) int {
	return int(float64(wide) * t.Sub(s.began).Seconds() / s.long.Seconds())
}

// stretch is the path of a stretch, which can be seen however short it is.
func (s scale) stretch(from, to time.Time, high int) string {
	const least = 3
	x := min(s.at(from), wide-least)
	return fmt.Sprintf("M%d 0h%dv%dH%dz", x, max(least, s.at(to)-x), high, x)
}

// newScale chooses the axis: its end is a tick.
func newScale(began time.Time, long time.Duration) (s scale, ticks []string, grid string) {
	const most = 6
	step := time.Second
	for _, next := range []int{2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 43200} {
		if long <= most*step {
			break
		}
		step = time.Duration(next) * time.Second
	}
	n := max(1, int((long+step-1)/step))
	path := new(strings.Builder)
	for i := range n {
		ticks = append(ticks, live.Clock(time.Duration(i)*step))
		if i > 0 {
			fmt.Fprintf(path, "M%d 0v10", i*wide/n)
		}
	}
	return scale{began, time.Duration(n) * step}, ticks, path.String()
}

func lineOf(run Run) line {
	var made line
	var on scale
	on, made.Ticks, made.Grid = newScale(run.Began, run.Ended.Sub(run.Began))
	used := map[string]bool{}
	var order []string
	works := map[string][]journal.Work{}
	for _, work := range run.Works {
		if work.Ended.IsZero() {
			work.Ended = run.Ended
			work.Stages = slices.Clone(work.Stages)
			work.Stages[len(work.Stages)-1].Ended = run.Ended
		}
		if works[work.Hub] == nil {
			order = append(order, work.Hub)
		}
		works[work.Hub] = append(works[work.Hub], work)
	}
	for _, hub := range order {
		one := rowOf(hub, works[hub], on)
		for _, m := range one.Bar {
			used[m.Kind] = true
		}
		made.Rows = append(made.Rows, one)
	}
	for _, kind := range kinds {
		if used[kind.Kind] {
			made.Legend = append(made.Legend, kind)
		}
	}
	made.Slow = markSlow(made.Rows, works)
	return made
}

// markSlow marks the rows of the hubs that took longest, where there are so many that it helps.
func markSlow(rows []row, works map[string][]journal.Work) int {
	const few, slowest = 20, 20
	if len(rows) <= few {
		return 0
	}
	at := make([]int, len(rows))
	for i := range at {
		at[i] = i
	}
	slices.SortStableFunc(at, func(a, b int) int { return cmp.Compare(took(works[rows[b].Hub]), took(works[rows[a].Hub])) })
	for _, i := range at[:slowest] {
		rows[i].Class += " s"
	}
	return slowest
}

// took is how long a hub was worked on in all.
func took(works []journal.Work) (sum time.Duration) {
	for _, work := range works {
		sum += work.Ended.Sub(work.Began)
	}
	return sum
}

func rowOf(hub string, works []journal.Work, on scale) row {
	r := row{Hub: hub, Is: "done", Time: live.Clock(took(works))}
	for _, work := range works {
		for i, stage := range work.Stages {
			kind := kindOf(stage.Name)
			r.Stages = append(r.Stages, fmt.Sprintf("%s %s", stage.Name, live.Clock(stage.Ended.Sub(stage.Began))))
			if work.Failed != "" && i == len(work.Stages)-1 {
				kind = "cut"
			}
			if !work.Refused {
				r.Bar = append(r.Bar, mark{Kind: kind, Path: on.stretch(stage.Began, stage.Ended, 10)})
			}
		}
		if work.Failed != "" {
			r.Is, r.Class = "failed", " f"
			r.Says = append(r.Says, work.Verb+" failed: "+work.Failed)
		} else if work.Outcome != "" {
			r.Says = append(r.Says, work.Outcome)
		}
		r.addLayers(work.Layers, on)
		for _, pod := range work.Pods {
			r.Pods = append(r.Pods, podOf(pod, work.Ended, on))
		}
	}
	return r
}

// addLayers adds the layers that were on their way, the longest ones alone if there are many.
func (r *row) addLayers(layers []journal.Layer, on scale) {
	const most = 12
	kept := slices.DeleteFunc(slices.Clone(layers), func(l journal.Layer) bool { return l.Sent == 0 })
	if more := len(kept) - most; more > 0 {
		slices.SortStableFunc(kept, func(a, b journal.Layer) int { return cmp.Compare(b.Ended.Sub(b.Began), a.Ended.Sub(a.Began)) })
		kept = kept[:most]
		r.More = fmt.Sprintf("%d more layers took less time each.", more)
	}
	slices.SortStableFunc(kept, func(a, b journal.Layer) int { return a.Began.Compare(b.Began) })
	for _, l := range kept {
		label := fmt.Sprintf("layer %d of %d, %s", l.Number, l.Of, live.Bytes(l.Sent))
		if l.Image != r.Hub {
			label = strings.TrimPrefix(l.Image, r.Hub+"-") + ": " + label
		}
		r.Layers = append(r.Layers, sub{label, live.Clock(l.Ended.Sub(l.Began)), []mark{{Kind: "push", Path: on.stretch(l.Began, l.Ended, 10)}}})
	}
}

// podKinds are the stretches of a pod, with what they are called.
var podKinds = []mark{{Kind: "wait", Says: "waits for a node"}, {Kind: "start", Says: "starts"}, {Kind: "rollout", Says: "is ready"}}

// podOf shows a pod without a node, with one, and ready until the work on its hub ended.
func podOf(pod journal.Pod, end time.Time, on scale) sub {
	made, from := sub{Label: pod.Name}, pod.Seen
	add := func(kind string, to time.Time) {
		if to.IsZero() || to.After(end) {
			to = end
		}
		if to.After(from) || len(made.Bar) == 0 {
			made.Bar = append(made.Bar, mark{Kind: kind, Path: on.stretch(from, to, 10)})
		}
		from = to
	}
	add("wait", pod.Scheduled)
	if !pod.Scheduled.IsZero() {
		add("start", pod.Ready)
	}
	made.Time = "not ready"
	if !pod.Ready.IsZero() {
		add("rollout", end)
		made.Time = live.Clock(pod.Ready.Sub(pod.Seen))
	}
	return made
}
