package ui

import (
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"hub-ops/magefiles/internal/ui/live"
)

// Terminal is the one that a live view is drawn on.
type Terminal struct {
	UTF8    bool
	Results bool                        // standard output is this terminal too
	Size    func() (columns, lines int) // asked before each frame, so a change is seen
	Front   func() bool                 // this process may draw on it: it is not in the background
	Log     io.WriteCloser              // gets all lines; what the view leaves out is nowhere else
	LogName string                      // where that is, for the last line
}

// screen draws a live.View below the lines that stay. The console's lock guards it.
type screen struct {
	Terminal
	view    *live.View
	symbols live.Symbols
	out     io.Writer
	drawn   []string // the last frame, which is on the terminal
	width   int      // of the terminal then
	paused  int      // somebody is asked something
	unsaid  bool     // something is in the log alone
	broken  bool     // the log cannot be written any more
	end     func()
}

// frameEvery is the pause between two frames.
const frameEvery = 100 * time.Millisecond

// Watched makes the console show what is under way on a terminal, until Finish is called.
func (c *Console) Watched(terminal Terminal) {
	symbols := live.SymbolsOf(terminal.UTF8)
	c.screen = &screen{Terminal: terminal, view: live.New(symbols, time.Now()), symbols: symbols, out: c.err}
	done, ended := make(chan struct{}), make(chan struct{})
	continued := make(chan os.Signal, 1)
	signal.Notify(continued, syscall.SIGCONT)
	go func() {
		defer close(ended)
		c.drawUntil(done, continued)
	}()
	c.screen.end = sync.OnceFunc(func() {
		signal.Stop(continued)
		close(done)
		<-ended
	})
}

// drawUntil draws frame after frame. Ctrl-Z stops the process as any other: the terminal is in order after each frame. When it goes on, something else
// is on the terminal by now, so the next frame stands below that.
func (c *Console) drawUntil(done <-chan struct{}, continued <-chan os.Signal) {
	ticker := time.NewTicker(frameEvery)
	defer ticker.Stop()
	for last := time.Now(); ; last = time.Now() {
		select {
		case <-done:
			return
		case <-continued:
			c.onScreen(func(s *screen) { s.drawn = nil })
		case <-ticker.C:
			if time.Since(last) < 3*frameEvery { // otherwise the process may have been stopped, and the signal that says so comes now
				c.onScreen((*screen).draw)
			}
		}
	}
}

// draw puts the newest frame in the place of the last one.
func (s *screen) draw() {
	if s.paused > 0 || !s.Front() {
		return
	}
	columns, lines := s.Size()
	frame := s.view.Frame(columns, lines, time.Now())
	if len(frame) == 0 && len(s.drawn) == 0 {
		return
	}
	s.write("", frame, columns)
}

// put writes lines that stay, where the frame is; the next frame stands below them.
func (s *screen) put(lines string) {
	if lines == "" && len(s.drawn) == 0 {
		return
	}
	s.write(lines, nil, s.width)
}

// The few codes that a frame is drawn with, of ECMA-48 and of DEC's terminals. One write has all of a frame, and leaves the cursor shown and long
// lines wrapped: a run may be killed after any.
const (
	begin      = "\x1b[?25l\x1b[?7l" // hide the cursor, wrap no line
	finish     = "\x1b[?7h\x1b[?25h"
	eraseBelow = "\x1b[2K\x1b[C\x1b[J\r" // from the second column: tmux keeps a copy of a screen that is erased from its first
)

func (s *screen) write(stays string, frame []string, columns int) {
	var text strings.Builder
	text.WriteString("\r")
	if up := rows(s.drawn, columns) - 1; up > 0 {
		fmt.Fprintf(&text, "\x1b[%dA", up)
	}
	text.WriteString(eraseBelow)
	text.WriteString(stays)
	if len(frame) > 0 {
		text.WriteString(begin + strings.Join(frame, "\r\n") + finish)
	}
	s.drawn, s.width = frame, columns
	_, _ = io.WriteString(s.out, text.String())
}

// brief is as much of a text as has room on a line, behind so many columns.
func (s *screen) brief(text string, behind int) string {
	columns, _ := s.Size()
	return live.Cut(strings.ReplaceAll(text, "\n", "; "), max(1, columns-1-behind), s.symbols.More)
}

// rows is how many lines of a terminal a frame takes that was drawn on a wider one: most wrap its lines when they become narrower.
func rows(frame []string, columns int) int {
	n := 0
	for _, line := range frame {
		n += max(1, (live.Cells(line)+columns-1)/max(1, columns))
	}
	return n
}

// log writes lines to the run's log.
func (s *screen) log(text string) {
	if s.broken {
		return
	}
	if _, err := io.WriteString(s.Log, text); err != nil {
		s.broken = true
		s.put(fmt.Sprintf("%s cannot be written, and is not whole: %v\n", s.LogName, err))
	}
}

// show writes lines to the log, and those that stay to the terminal. Others are about a hub that has a line in the view: they are what is done to
// it just now.
func (s *screen) show(prefix, text string, weighs weight, plain, coloured string) {
	s.log(plain)
	if weighs == passing && s.view.Has(prefix) {
		lines := strings.Split(strings.TrimSpace(text), "\n")
		s.view.Detail(prefix, lines[len(lines)-1])
		s.unsaid = true
		return
	}
	s.put(s.symbols.Spell(coloured))
}
