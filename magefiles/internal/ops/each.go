package ops

import (
	"context"
	"strings"

	"golang.org/x/sync/errgroup"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/plan"
	"hub-ops/magefiles/internal/run"
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
	outcomes := make([]outcome, len(hubs))
	var group errgroup.Group
	group.SetLimit(s.Config.Jobs)
	for i, h := range hubs {
		step := stepOf(h.Name)
		switch {
		case step.Refused && named:
			return refused(verb, h.Name, step)
		case !step.Do:
			outcomes[i].text = "no " + verb + ": " + step.Reason
			continue
		}
		s.Console.Info(h.Name, "%s: %s", verb, step.Reason)
		group.Go(func() error {
			if outcomes[i].err = ctx.Err(); outcomes[i].err == nil {
				outcomes[i].text, outcomes[i].err = do(ctx, h)
			}
			return nil
		})
	}
	_ = group.Wait() // the errors are in the outcomes
	return s.conclude(hubs, verb, outcomes)
}

func refused(verb, name string, step plan.Step) error {
	return exit.Input("%s of hub %s refused: %s", verb, name, step.Reason)
}

// conclude writes one line a hub, and returns the errors.
func (s *Session) conclude(hubs []hub.Hub, verb string, outcomes []outcome) error {
	s.remind(hubs, outcomes)
	var failures failures
	for i, h := range hubs {
		if err := outcomes[i].err; err != nil {
			failures.add(err)
			s.Console.Problem(h.Name, "%s failed", verb)
			continue
		}
		s.Console.Result("%s: %s", h.Name, outcomes[i].text)
	}
	return failures.join()
}

// remind repeats how each failed build ended: several at once bury one another's output.
func (s *Session) remind(hubs []hub.Hub, outcomes []outcome) {
	const most = 40
	for i, h := range hubs {
		if output := run.Output(outcomes[i].err); output != "" && exit.Code(outcomes[i].err) == exit.Build {
			lines := strings.Split(output, "\n")
			lines = lines[max(0, len(lines)-most):]
			s.Console.Info(h.Name, "the last lines of the build:\n%s", strings.Join(lines, "\n"))
		}
	}
}
