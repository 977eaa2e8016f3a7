package fanout

import (
	"errors"
	"strings"
	"time"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/process"
)

// Outcome is how the work ended for one hub.
type Outcome struct {
	Hub   string
	Begun bool
	Text  string // in words, of one that has not failed
	Err   error
	Took  time.Duration
}

// conclude writes one line a hub, and returns the errors.
func (r *run) conclude(hubs []hub.Hub) error {
	var told, untold failures
	live := r.Console.Live() // which has told whole, at its time, why a hub has failed on which the work was begun
	r.repeatBuilds(hubs)
	for _, h := range hubs {
		how := r.outcomes[h.Name]
		if r.Note != nil {
			r.Note(how)
		}
		if how.Err != nil {
			if live && how.Begun {
				told.add(how.Err)
			} else {
				untold.add(how.Err)
			}
			r.Console.Failed(h.Name, r.Verb)
			continue
		}
		r.Console.Outcome(h.Name, how.Text)
	}
	return errors.Join(exit.Told(told.join()), untold.join())
}

// repeatBuilds writes the last lines of each failed build again, because builds that run at the same time mix their output.
func (r *run) repeatBuilds(hubs []hub.Hub) {
	const most = 40
	for _, h := range hubs {
		err := r.outcomes[h.Name].Err
		output := process.Output(err)
		if exit.Code(err) != exit.Build || output == "" {
			continue
		}
		lines := strings.Split(output, "\n")
		lines = lines[max(0, len(lines)-most):]
		r.Console.Info(h.Name, "the last lines of the build:\n%s", strings.Join(lines, "\n"))
	}
}
