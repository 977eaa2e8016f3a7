// Package live decides what a terminal shows of a run that is under way: a line a hub, and below them how far the run is. It is pure: events
// and times go in, lines that fit the terminal come out. Package ui calls it, and draws them.
//
//	view := live.New(live.SymbolsOf(utf8), time.Now())
//	view.Begin("course", "push", time.Now())
//	view.Sent("course", live.Sent{Bytes: 12e6, Layers: 2, Of: 5}, time.Now())
//	lines := view.Frame(80, 24, time.Now())
package live

import (
	"slices"
	"strings"
	"time"
)

// View is what is known of a run. It is not safe for concurrent use.
type View struct {
	symbols Symbols
	began   time.Time
	rows    []*row                     // of hubs that are worked on, in the order in which they were begun
	page    func(columns int) []string // in the place of the rows; nil: none
	waits   []wait                     // what is waited for beside them, the newest last
	summary summary
}

// Page shows a page in the place of the hubs' lines.
func (v *View) Page(page func(columns int) []string) { v.page = page }

// Whole returns the lines of the page, those too that have no room on the terminal; none without a page.
func (v *View) Whole(columns int) []string {
	if v.page == nil {
		return nil
	}
	return v.page(columns)
}

// row is one hub that is worked on.
type row struct {
	hub, stage, detail string
	since              time.Time // its work was begun
	stageSince         time.Time
	sent               Sent
	rate               float64   // bytes a second
	sentAt             time.Time // of sent
	also               []string  // names of its images
}

// Sent is how far a push is.
type Sent struct {
	Bytes      int64
	Layers, Of int // layers that are through, of those that have to be sent
}

type wait struct {
	id    int
	what  func() string // and how far it is
	since time.Time
}

// New returns the view of a run that begins now.
func New(symbols Symbols, now time.Time) *View {
	return &View{symbols: symbols, began: now, summary: summary{stages: map[string]time.Duration{}}}
}

// Expect adds hubs to those that a verb is about to be done to.
func (v *View) Expect(hubs int) { v.summary.expected += hubs }

// Begin opens the line of a hub.
func (v *View) Begin(hub, verb string, now time.Time) {
	v.rows = append(v.rows, &row{hub: hub, stage: verb, since: now, stageSince: now})
}

// Stage says in which stage of its work a hub is now.
func (v *View) Stage(hub, stage string, now time.Time) {
	if row := v.row(hub); row != nil && row.stage != stage {
		v.summary.took(row.stage, now.Sub(row.stageSince))
		row.stage, row.stageSince, row.detail = stage, now, ""
	}
}

// Detail says what is done to a hub just now.
func (v *View) Detail(hub, text string) {
	if row := v.row(hub); row != nil {
		row.detail = text
	}
}

// Also gives the line of a hub a second name, which an image of it has.
func (v *View) Also(name, hub string) {
	if row := v.row(hub); row != nil {
		row.also = append(row.also, name)
	}
}

// smoothing is the share of the newest measurement in a rate.
const smoothing = 0.3

// Sent says how far the push of a hub is.
func (v *View) Sent(hub string, sent Sent, now time.Time) {
	row := v.row(hub)
	if row == nil {
		return
	}
	if elapsed := now.Sub(row.sentAt).Seconds(); !row.sentAt.IsZero() && elapsed > 0 {
		newest := float64(max(0, sent.Bytes-row.sent.Bytes)) / elapsed
		row.rate += smoothing * (newest - row.rate)
	}
	row.sent, row.sentAt = sent, now
}

// Has reports whether a hub, or an image of that name, has a line.
func (v *View) Has(name string) bool { return v.row(name) != nil }

// End closes the line of a hub, and returns the line that remains of it. failed is why its work failed, "" if it did not.
func (v *View) End(hub, verb, outcome, failed string, now time.Time) string {
	at := slices.IndexFunc(v.rows, func(r *row) bool { return r.hub == hub })
	if at < 0 {
		return ""
	}
	row := v.rows[at]
	v.rows = slices.Delete(v.rows, at, at+1)
	v.summary.took(row.stage, now.Sub(row.stageSince))
	v.summary.ended++
	if failed != "" {
		failed = strings.TrimPrefix(failed, "hub "+hub+" ") // the line begins with it
		v.summary.failed = append(v.summary.failed, told{hub, verb + ": " + failed})
		return v.symbols.Bad + " " + hub + "  " + verb + " failed: " + failed
	}
	v.summary.done = append(v.summary.done, told{hub, verb})
	return v.symbols.Good + " " + hub + "  " + plainDigests(outcome)
}

// LeaveOut notes a hub that nothing is done to, and why.
func (v *View) LeaveOut(hub, verb, why string) {
	v.summary.leftOut = append(v.summary.leftOut, told{hub, verb + ": " + why})
}

// Wait says what is waited for, until done is called.
func (v *View) Wait(what func() string, now time.Time) (done func()) {
	id := 0
	for _, w := range v.waits {
		id = max(id, w.id+1)
	}
	v.waits = append(v.waits, wait{id, what, now})
	return func() { v.waits = slices.DeleteFunc(v.waits, func(w wait) bool { return w.id == id }) }
}

func (v *View) row(name string) *row {
	for _, row := range v.rows {
		if row.hub == name || slices.Contains(row.also, name) {
			return row
		}
	}
	return nil
}
