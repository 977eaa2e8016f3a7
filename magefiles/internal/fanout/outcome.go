package fanout

import (
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
	var failures failures
	r.repeatBuilds(hubs)
	for _, h := range hubs {
		how := r.outcomes[h.Name]
		if r.Note != nil {
			r.Note(how)
		}
		if how.Err != nil {
			failures.add(how.Err)
			r.Console.Failed(h.Name, r.Verb)
			continue
		}
		r.Console.Outcome(h.Name, how.Text)
	}
	err := failures.join()
	if r.Console.Live() { // which has told each whole, at its time
		return exit.Told(err)
	}
	return err
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
