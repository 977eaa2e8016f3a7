package run

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"

	"hub-ops/magefiles/internal/diagnosis"
	"hub-ops/magefiles/internal/ui"
)

// concluded ends what a run shows at a terminal: with a summary, and where its report and its log are. Mage prints an error last, so then that has
// the places.
func (r *Run) concluded(err error, report string) error {
	log, places := r.Console.Finish(next(err, r.Console.FailedHubs())), []string{}
	if report != "" {
		places = append(places, "report: "+report)
	}
	if log != "" {
		places = append(places, "log: "+log)
	}
	told := (*shownError)(nil)
	if errors.As(err, &told) && len(places) > 0 && r.Console.Person {
		return &shownError{told.err, strings.Join(append([]string{strings.TrimRight(told.text, "\n")}, places...), "\n")}
	}
	for _, place := range places {
		r.Console.Info("", "%s", place)
	}
	return err
}

// next says what can be done after a failure: the diagnosis is explained, and one hub can be done again.
func next(err error, failed []string) []string {
	var steps []string
	for _, name := range diagnoses(err) {
		steps = append(steps, fmt.Sprintf("'mage explain %s' tells what it means, and what to do", name))
	}
	if len(failed) > 0 {
		steps = append(steps, "mend it and run the same again: hubs that are done are left out")
	}
	return steps
}

// diagnoses are the names of those in an error, each once.
func diagnoses(err error) (names []string) {
	var walk func(error)
	walk = func(err error) {
		switch err := err.(type) { //nolint:errorlint // this walks through the wrapped errors itself
		case *diagnosis.Failure:
			if name := err.Findings[0].Name; !slices.Contains(names, name) {
				names = append(names, name)
			}
		case interface{ Unwrap() error }:
			walk(err.Unwrap())
		case interface{ Unwrap() []error }:
			for _, one := range err.Unwrap() {
				walk(one)
			}
		}
	}
	walk(err)
	return names
}

// notices is where a run tells that it was interrupted: its console, while it has one, else standard error.
type notices struct {
	mu      sync.Mutex
	console *ui.Console
}

// through has notices written by a console, until end is called.
func (n *notices) through(console *ui.Console) (end func()) {
	n.set(console)
	return func() { n.set(nil) }
}

func (n *notices) set(console *ui.Console) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.console = console
}

// Write implements io.Writer.
func (n *notices) Write(text []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.console != nil && n.console.Live() {
		n.console.Note("", "%s", strings.TrimRight(string(text), "\n"))
		return len(text), nil
	}
	return io.Writer(os.Stderr).Write(text)
}
