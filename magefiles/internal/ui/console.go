// Package ui writes what an operator reads: progress to standard error, results to standard output.
package ui

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
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
	last   time.Time           // of the last line, for the heartbeat
}

// Heartbeat is the longest silence; CI systems end a job after ten minutes without a line.
const Heartbeat = time.Minute

// New returns a console that writes progress to stderr and results to stdout.
func New(stdout, stderr io.Writer, colour bool) *Console {
	return &Console{out: stdout, err: stderr, colour: colour, last: time.Now()}
}

// The few styles that lines have, as ECMA-48 codes.
const (
	dim  = "\x1b[2m"
	red  = "\x1b[31m"
	bold = "\x1b[1m"
	off  = "\x1b[0m"
)

// Command announces a command that is about to run.
func (c *Console) Command(prefix, command string) { c.progress(prefix, bold, "$ "+command) }

// Line writes a line of a child's output.
func (c *Console) Line(prefix, line string) { c.progress(prefix, "", line) }

// Info writes a line of our own.
func (c *Console) Info(prefix, format string, args ...any) {
	c.progress(prefix, "", fmt.Sprintf(format, args...))
}

// Problem writes a line that needs the operator's eye.
func (c *Console) Problem(prefix, format string, args ...any) {
	c.progress(prefix, red, fmt.Sprintf(format, args...))
}

// Result writes to standard output: what the operator asked for, and nothing else.
func (c *Console) Result(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, _ = fmt.Fprintln(c.out, c.masked(fmt.Sprintf(format, args...)))
	c.last = time.Now()
}

func (c *Console) progress(prefix, style, text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if prefix = Visible(prefix); prefix != "" {
		prefix = c.style(dim, prefix+" |") + " "
	}
	for line := range strings.SplitSeq(c.masked(text), "\n") {
		_, _ = fmt.Fprintf(c.err, "%s%s\n", prefix, c.style(style, line))
	}
	c.last = time.Now()
}

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

func (c *Console) silence() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Since(c.last)
}
