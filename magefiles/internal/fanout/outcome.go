package fanout

import (
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/process"
)

// outcome is the end of the work for one hub: in words, or an error.
type outcome struct {
	text string
	err  error
}

// conclude writes one line a hub, and returns the errors.
func (r *run) conclude(hubs []hub.Hub) error {
	var failures failures
	r.repeatBuilds(hubs)
	for _, h := range hubs {
		if err := r.outcomes[h.Name].err; err != nil {
			failures.add(err)
			r.Console.Failed(h.Name, r.Verb)
			continue
		}
		r.Console.Outcome(h.Name, r.outcomes[h.Name].text)
	}
	return failures.join()
}

// repeatBuilds writes the last lines of each failed build again, because builds that run at the same time mix their output.
func (r *run) repeatBuilds(hubs []hub.Hub) {
	const most = 40
	for _, h := range hubs {
		err := r.outcomes[h.Name].err
		output := process.Output(err)
		if exit.Code(err) != exit.Build || output == "" {
			continue
		}
		lines := strings.Split(output, "\n")
		lines = lines[max(0, len(lines)-most):]
		r.Console.Info(h.Name, "the last lines of the build:\n%s", strings.Join(lines, "\n"))
	}
}
