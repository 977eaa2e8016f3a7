package exit

// Meaning is what an exit code says.
type Meaning struct {
	Code  int
	Means string
	Do    string // what to do; "" for nothing
}

// Meanings returns every exit code of a run, in their order.
func Meanings() []Meaning {
	return []Meaning{
		{0, "done, or nothing to do", ""},
		{Other, "anything else", "Read the error: it is none of the others."},
		{BadInput, "bad input: an argument, a file, a setting, an event that may not; nothing was changed", "Correct what the error names, with its file and line: a person has to."},
		{Setup, "a tool, the engine, the registry or the cluster is not there or refuses", "Run `mage check`, which tells what is missing and how to mend it; it may be tried again."},
		{Build, "an image did not build", "Read the last lines of the build; `mage build:hub <hub>` repeats it here."},
		{Push, "an image did not reach the registry, or is not there", "Look at the login and the registry: `mage check`. What was sent is not sent again."},
		{Helm, "helm failed", "Read what the API server or helm refused; the hub is what it was, or was rolled back, as the run tells."},
		{Rollout, "the workloads did not become ready, or cannot", "The run tells a diagnosis: `mage explain` with its code."},
		{Interrupted, "interrupted", "`mage status` tells what the run has left; the next one goes on from there."},
		{brokenPipe, "nobody reads the output any more, as in `mage plan | head -1`, and the target only shows something; one that changes something goes on to its end, unseen", ""},
	}
}

// brokenPipe is what the shell makes of a program that SIGPIPE has ended.
const brokenPipe = 141
