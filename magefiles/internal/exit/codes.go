package exit

// Meaning is what an exit code says.
type Meaning struct {
	Code  int
	Means string
}

// Meanings returns every exit code of a run, in their order.
func Meanings() []Meaning {
	return []Meaning{
		{0, "done, or nothing to do"},
		{Other, "anything else"},
		{BadInput, "bad input: an argument, a file, a setting, an event that may not; nothing was changed"},
		{Setup, "a tool, the engine, the registry or the cluster is not there or refuses"},
		{Build, "an image did not build"},
		{Push, "an image did not reach the registry, or is not there"},
		{Helm, "helm failed"},
		{Rollout, "the workloads did not become ready, or cannot"},
		{Interrupted, "interrupted"},
		{brokenPipe, "nobody reads the output any more, as in `mage plan | head -1`, and the target only shows something; one that changes something goes on to its end, unseen"},
	}
}

// brokenPipe is what the shell makes of a program that SIGPIPE has ended.
const brokenPipe = 141
