package ops

import (
	"context"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/process"
)

// outcome is how a verb ended for one hub, in words.
type outcome struct {
	text string
	err  error
}

// selection is the hubs that a verb works on. Hubs that were asked for by name are refused with an error where a sweep
// over all of them skips.
type selection struct {
	names []string // none: all
	named bool
}

func one(name string) selection { return selection{names: []string{name}, named: true} }

// each does something to every hub whose step is to be done, a few at a time, and then tells how each ended. A hub
// that fails does not stop its siblings.
func (s *Session) each(ctx context.Context, hubs []hub.Hub, verb string, named bool, stepOf func(name string) plan.Step, do func(context.Context, hub.Hub) (string, error)) error {
	w := &wave{Session: s, verb: verb, stepOf: stepOf, do: do, outcomes: map[string]outcome{}}
	if err := w.refused(hubs, named); err != nil {
		return err
	}
	w.run(ctx, hubs)
	return s.conclude(hubs, verb, w.outcomes)
}

func refused(verb, name string, step plan.Step) error {
	return exit.Input("%s of hub %s refused: %s", verb, name, step.Reason)
}

// conclude writes one line a hub, and returns the errors.
func (s *Session) conclude(hubs []hub.Hub, verb string, outcomes map[string]outcome) error {
	var failures failures
	s.remind(hubs, outcomes)
	for _, h := range hubs {
		if err := outcomes[h.Name].err; err != nil {
			failures.add(err)
			s.Console.Problem(h.Name, "%s failed", verb)
			continue
		}
		s.Console.Result("%s: %s", h.Name, outcomes[h.Name].text)
	}
	return failures.join()
}

// remind repeats how each failed build ended: several at once bury one another's output.
func (s *Session) remind(hubs []hub.Hub, outcomes map[string]outcome) {
	const most = 40
	for _, h := range hubs {
		if err := outcomes[h.Name].err; exit.Code(err) == exit.Build && process.Output(err) != "" {
			output := process.Output(err)
			lines := strings.Split(output, "\n")
			lines = lines[max(0, len(lines)-most):]
			s.Console.Info(h.Name, "the last lines of the build:\n%s", strings.Join(lines, "\n"))
		}
	}
}
