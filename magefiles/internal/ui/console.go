// Package ui writes what an operator reads: progress to standard error, results to standard output.
package ui

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"hub-ops/magefiles/internal/journal"
)

// Console writes whole lines, so that what happens at once stays readable. It is safe for concurrent use.
type Console struct {
	mu     sync.Mutex
	err    io.Writer
	out    io.Writer
	colour bool
	Person bool                // a person reads what it writes, at a terminal
	Folds  string              // CI system whose folds are used; "" for none
	Mask   func(string) string // what everything goes through that is written; nil: nothing
	// Documents leaves standard output to documents: results go to standard error, with all else.
	Documents bool
	// Journal keeps what is told of hubs, for the report of the run; nil: nobody does.
	Journal *journal.Journal
	last    time.Time // of the last line, for the heartbeat
	screen  *screen   // nil: lines alone
}

// Heartbeat is the longest silence; CI systems end a job after ten minutes without a line.
const Heartbeat = time.Minute

// New returns a console that writes progress to stderr and results to stdout.
func New(stdout, stderr io.Writer, colour bool) *Console {
	return &Console{out: stdout, err: stderr, colour: colour, last: time.Now(), Journal: journal.New(time.Now())}
}

// The few styles that lines have, as ECMA-48 codes.
const (
	dim  = "\x1b[2m"
	red  = "\x1b[31m"
	bold = "\x1b[1m"
	off  = "\x1b[0m"
)

// weight is whether a line stays on the terminal that has a live view.
type weight int

const (
	passing weight = iota // it goes to the log, if the hub that it is about has a line in the view
	staying
)

// Command announces a command that is about to run.
func (c *Console) Command(prefix, command string) { c.progress(prefix, bold, passing, "$ "+command) }

// Brief announces a command that people know by a shorter spelling, which a live view shows. Lines, and the log, have the whole command.
func (c *Console) Brief(prefix, brief, command string) {
	c.Command(prefix, command)
	brief = c.masked(brief)
	c.onScreen(func(s *screen) { s.put(c.style(dim, s.symbols.Spell(Visible(prefix)+" | $ "+brief)) + "\n") })
}

// Line writes a line of a child's output.
func (c *Console) Line(prefix, line string) { c.progress(prefix, "", passing, line) }

// Info writes a line of our own.
func (c *Console) Info(prefix, format string, args ...any) {
	c.progress(prefix, "", passing, fmt.Sprintf(format, args...))
}

// Note writes a line of our own that the operator should have seen, and that is no problem.
func (c *Console) Note(prefix, format string, args ...any) {
	c.progress(prefix, "", staying, fmt.Sprintf(format, args...))
}

// Problem writes a line that needs the operator's eye.
func (c *Console) Problem(prefix, format string, args ...any) {
	c.progress(prefix, red, staying, fmt.Sprintf(format, args...))
}

// Result writes to standard output: what the operator asked for, and nothing else.
func (c *Console) Result(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.result(c.masked(fmt.Sprintf(format, args...)) + "\n")
}

// result writes whole lines to standard output or, where that is left to documents, to standard error. The caller has the lock.
func (c *Console) result(text string) {
	to := c.out
	if c.Documents {
		to = c.err
	}
	if s := c.screen; s != nil {
		s.log(text)
		s.put("")
		if s.Results || c.Documents {
			text = s.symbols.Spell(text)
		}
	}
	_, _ = io.WriteString(to, text)
	c.last = time.Now()
}

// Document writes a document to standard output as it is: each text in it has gone through Shown.
func (c *Console) Document(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.screen != nil {
		c.screen.put("")
	}
	_, _ = io.WriteString(c.out, text)
	c.last = time.Now()
}

// Shown returns what of a text may be shown, for a document.
func (c *Console) Shown(text string) string { return c.masked(text) }

func (c *Console) progress(prefix, style string, weighs weight, text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	text, prefix = c.masked(text), Visible(prefix)
	plain, coloured := c.lines(prefix, "", text, nothing), c.lines(prefix, style, text, c.style)
	c.last = time.Now()
	if c.screen == nil {
		_, _ = io.WriteString(c.err, coloured)
		return
	}
	c.screen.show(prefix, text, weighs, plain, coloured)
}

// lines are those of a text, each behind its prefix.
func (c *Console) lines(prefix, style, text string, styled func(style, text string) string) string {
	var lines strings.Builder
	for line := range strings.SplitSeq(text, "\n") {
		if prefix != "" {
			lines.WriteString(styled(dim, prefix+" |") + " ")
		}
		lines.WriteString(styled(style, line) + "\n")
	}
	return lines.String()
}

func nothing(_, text string) string { return text }

// masked returns what of a text may be shown. Whatever is written goes through it, but for the codes of the console's own.
func (c *Console) masked(text string) string {
	if c.Mask != nil {
		text = c.Mask(text)
	}
	return Visible(text)
}

func (c *Console) style(code, text string) string {
	if !c.colour || code == "" {
		return text
	}
	return code + text + off
}

// Beat says what is under way whenever nothing was written for the given time, until stop is called, which returns when no more is said:
// CI systems end a job that is silent for ten minutes.
func (c *Console) Beat(every time.Duration, what string) (stop func()) {
	return c.Progress(every, what, func() string { return "" })
}

// Progress is a Beat whose lines end with what far returns, how far it is, if that is not "".
func (c *Console) Progress(every time.Duration, what string, far func() string) (stop func()) {
	if c.Live() {
		return c.wait(what, far)
	}
	start, done, ended := time.Now(), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		ticker := time.NewTicker(every / 4)
		defer ticker.Stop()
		for {
			select {
			case <-done:
				return
			case <-ticker.C:
				if c.silence() >= every {
					c.Info("", "… still %s, for %s%s", what, time.Since(start).Round(time.Second), after(": ", far()))
				}
			}
		}
	}()
	return sync.OnceFunc(func() {
		close(done)
		<-ended
	})
}

// after is a text behind what joins it to another, or "" if there is none.
func after(joint, text string) string {
	if text == "" {
		return ""
	}
	return joint + text
}

// wait shows what is under way in the live view.
func (c *Console) wait(what string, far func() string) (stop func()) {
	done := func() {}
	c.onScreen(func(s *screen) {
		done = s.view.Wait(func() string { return c.masked(what + after(": ", far())) }, time.Now())
	})
	return sync.OnceFunc(func() { c.onScreen(func(*screen) { done() }) })
}

func (c *Console) silence() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Since(c.last)
}
