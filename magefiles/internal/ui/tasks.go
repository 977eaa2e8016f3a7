package ui

import (
	"fmt"
	"strings"
	"time"

	"hub-ops/magefiles/internal/ui/live"
)

// This file is what a run tells of the hubs that it works on. Without a live view it is lines.

// Expect says how many hubs are about to be worked on.
func (c *Console) Expect(hubs int) { c.onScreen(func(s *screen) { s.view.Expect(hubs) }) }

// Begin says that the work on a hub begins, and why.
func (c *Console) Begin(hub, verb, reason string) {
	c.Journal.Begin(hub, verb, reason, time.Now())
	c.onScreen(func(s *screen) { s.view.Begin(Visible(hub), verb, time.Now()) })
	c.Info(hub, "%s: %s", verb, reason)
}

// Stage says in which stage the work on a hub is. It writes no line.
func (c *Console) Stage(hub, stage string) {
	c.Journal.Stage(hub, stage, time.Now())
	c.onScreen(func(s *screen) { s.view.Stage(hub, stage, time.Now()) })
}

// Doing says what is done to a hub just now. It writes no line.
func (c *Console) Doing(hub, what string) {
	c.onScreen(func(s *screen) { s.view.Detail(hub, what) })
}

// Also says that lines about an image are about that hub.
func (c *Console) Also(image, hub string) {
	c.Journal.Also(image, hub)
	c.onScreen(func(s *screen) { s.view.Also(image, hub) })
}

// Sent says how far the push of a hub is. It writes no line.
func (c *Console) Sent(hub string, sent live.Sent) {
	c.onScreen(func(s *screen) { s.view.Sent(hub, sent, time.Now()) })
}

// Live reports whether there is a live view.
func (c *Console) Live() bool {
	live := false
	c.onScreen(func(*screen) { live = true })
	return live
}

// Ended is how the work on a hub has ended.
type Ended struct {
	Outcome string // in words, of one that has not failed
	Failed  string // why it has failed; "" if it has not
	Told    bool   // lines before have told in full why
}

// End says how the work on a hub has ended: a live view shows it at once, lines do so at the end of the work: see Outcome and Failed. Why it has failed
// is told in full here, unless that was done.
func (c *Console) End(hub, verb string, ended Ended) {
	c.Journal.End(hub, verb, ended.Outcome, ended.Failed, time.Now())
	outcome, failed := c.masked(ended.Outcome), c.masked(ended.Failed)
	c.onScreen(func(s *screen) {
		line, style := s.symbols.Spell(s.view.End(hub, verb, outcome, failed, time.Now())), ""
		if failed != "" {
			style = red
		}
		switch {
		case failed == "" || ended.Told:
			line = s.brief(line, 0)
		default:
			s.log(fmt.Sprintf("%s | %s failed: %s\n", Visible(hub), verb, failed))
		}
		s.put(c.style(style, line) + "\n")
	})
}

// InBrief returns a text that was told before as what has room on a line of the terminal, behind Mage's own word. Without a live view it is whole.
func (c *Console) InBrief(text string) string {
	text = c.masked(text)
	c.onScreen(func(s *screen) { text = s.brief(s.symbols.Spell(text), len("Error: ")) })
	return text
}

// LeftOut says that nothing is done to a hub, and why.
func (c *Console) LeftOut(hub, verb, why string) {
	c.Journal.LeaveOut(hub, verb, why)
	why = c.masked(why)
	c.onScreen(func(s *screen) { s.view.LeaveOut(Visible(hub), verb, why) })
}

// Outcome writes the result of the work on a hub, unless the terminal has it already: see End and LeftOut.
func (c *Console) Outcome(hub, text string) {
	shown := false
	c.onScreen(func(s *screen) {
		if shown = s.Results; shown {
			s.log(fmt.Sprintf("%s: %s\n", Visible(hub), c.masked(text)))
		}
	})
	if !shown {
		c.Result("%s: %s", hub, text)
	}
}

// Failed says, at the end of a work, that a hub failed.
func (c *Console) Failed(hub, verb string) {
	shown := false
	c.onScreen(func(s *screen) {
		shown = true
		s.log(fmt.Sprintf("%s | %s failed\n", Visible(hub), verb))
	})
	if !shown {
		c.Problem(hub, "%s failed", verb)
	}
}

// onScreen does something to the live view, if there is one.
func (c *Console) onScreen(do func(*screen)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.screen != nil {
		do(c.screen)
	}
}

// Fits reports whether results are read at a terminal, for whose width they are put into columns.
func (c *Console) Fits() bool {
	fits := false
	c.onScreen(func(s *screen) { fits = s.Results })
	return fits
}

// Columns writes a table that fits the terminal, and cuts nothing of its last column: see Fits.
func (c *Console) Columns(columns []live.Column, rows [][]string) {
	c.onScreen(func(s *screen) {
		wide, _ := s.Size()
		c.result(strings.Join(s.symbols.WholeTable(columns, c.maskedRows(rows), wide), "\n") + "\n")
	})
}

// Block is a part of a page: lines, and below them a table.
type Block struct {
	Lines   []string
	Columns []live.Column
	Rows    [][]string
}

// Page shows blocks in the place of the live view, and puts newer ones in their place: see Fits.
func (c *Console) Page(blocks []Block) {
	for i, block := range blocks {
		blocks[i].Rows = c.maskedRows(block.Rows)
		for j, line := range block.Lines {
			blocks[i].Lines[j] = c.masked(line)
		}
	}
	c.onScreen(func(s *screen) {
		s.view.Page(func(wide int) []string {
			var lines []string
			for _, block := range blocks {
				for _, line := range block.Lines {
					lines = append(lines, strings.Split(s.symbols.Spell(line), "\n")...)
				}
				if len(block.Rows) > 0 {
					lines = append(lines, s.symbols.Table(block.Columns, block.Rows, wide)...)
				}
			}
			return lines
		})
	})
}

func (c *Console) maskedRows(rows [][]string) [][]string {
	masked := make([][]string, len(rows))
	for i, row := range rows {
		for _, cell := range row {
			masked[i] = append(masked[i], c.masked(cell))
		}
	}
	return masked
}

// Pause takes the live view off the terminal while somebody is asked something, until resume is called.
func (c *Console) Pause() (resume func()) {
	c.onScreen(func(s *screen) {
		s.put("")
		s.paused++
	})
	return func() { c.onScreen(func(s *screen) { s.paused-- }) }
}

// Finish ends the live view with a summary. next is what can be done now. It returns where the log is, "" if there is nothing in it that was
// not shown.
func (c *Console) Finish(next []string) (log string) {
	end := func() {}
	c.onScreen(func(s *screen) { end = s.end })
	end()
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.screen
	if s == nil {
		return ""
	}
	c.screen = nil
	s.put("")
	columns, _ := s.Size()
	if page := s.view.Whole(columns); len(page) > 0 {
		s.put(strings.Join(page, "\n") + "\n")
	}
	if s.view.Worked() {
		for i := range next {
			next[i] = c.masked(next[i])
		}
		summary := strings.Join(s.view.Summary(columns, next, time.Now()), "\n") + "\n"
		s.put(summary)
		s.log(summary)
	}
	_ = s.Log.Close() // each write was looked at
	if !s.unsaid && !s.view.Worked() {
		return ""
	}
	return s.LogName
}

// FailedHubs are the hubs of the live view that failed.
func (c *Console) FailedHubs() (hubs []string) {
	c.onScreen(func(s *screen) { hubs = s.view.Failed() })
	return hubs
}
