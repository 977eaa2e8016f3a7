package diagnosis

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Finding is a verdict with what had to be looked up for it.
type Finding struct {
	Verdict
	Place string   // file:line that the cause goes back to; "" if none was found
	Lines []string // the last of the log
}

// Failure is a deploy or a rollout that cannot succeed.
type Failure struct {
	Hub      string
	What     string    // it cannot do, "" for: cannot become ready
	Findings []Finding // at least one
}

// Error is the surest cause, on one line.
func (f *Failure) Error() string {
	text := fmt.Sprintf("hub %s %s: %s", f.Hub, f.what(), f.Findings[0].cause())
	if more := len(f.Findings) - 1; more > 0 {
		text += fmt.Sprintf(" (and %d more)", more)
	}
	return text
}

// What can be said of a hub that has failed, beside that it cannot become ready.
const (
	Unsettled  = "did not stay ready"
	TooLate    = "did not become ready"
	Serverless = "is deployed, and does not start a user's server"
)

func (f *Failure) what() string { return cmp.Or(f.What, "cannot become ready") }

// Pattern is equal for hubs that fail for the same reason.
func (f *Failure) Pattern() string {
	return f.what() + ": " + withoutName(f.Findings[0].cause(), f.Hub)
}

// key is equal for hubs that are told together: their containers may say times and numbers of their own.
func (f *Failure) key() string {
	first := f.Findings[0]
	said := first.lastLine()
	if !first.Speaks {
		said = ""
	}
	return f.what() + "\x00" + first.Pattern(f.Hub) + "\x00" + changing.ReplaceAllString(withoutName(said, f.Hub), "#")
}

func (f Finding) cause() string {
	text := f.String()
	if said := f.lastLine(); f.Speaks && said != "" {
		text += ": " + said
	}
	if f.Place != "" {
		text += " (" + f.Place + ")"
	}
	return text
}

// lastLine is the last line of the log that says anything.
func (f Finding) lastLine() string {
	for _, line := range slices.Backward(f.Lines) {
		if said := oneLine(line); said != "" {
			return said
		}
	}
	return ""
}

// Limits of a report, so that it fits a screen: the first finding is told in full, the next in short.
const (
	mostFindings = 4
	mostEvidence = 3
	// MostLog is how many lines of a log are shown.
	MostLog = 8
)

// Report tells the findings: cause, evidence, what to do.
func Report(findings []Finding) []string {
	var lines []string
	for i, finding := range findings {
		if i == mostFindings {
			return append(lines, fmt.Sprintf("and %d more", len(findings)-i))
		}
		evidence := mostEvidence
		if i > 0 {
			evidence = 1
		}
		lines = append(lines, finding.cause())
		for _, seen := range finding.Evidence[:min(evidence, len(finding.Evidence))] {
			lines = append(lines, "  seen: "+seen)
		}
		if i == 0 {
			lines = append(lines, finding.logLines()...)
		}
		if finding.Advice != "" {
			lines = append(lines, "  do: "+finding.Advice)
		}
	}
	return lines
}

func (f Finding) logLines() []string {
	if len(f.Lines) == 0 {
		return nil
	}
	lines := []string{fmt.Sprintf("  log of pod %s, container %s:", f.Log.Pod, f.Log.Container)}
	for _, line := range f.Lines[max(0, len(f.Lines)-MostLog):] {
		lines = append(lines, "  | "+oneLine(line))
	}
	return lines
}

// Group is a failure that several hubs have.
type Group struct {
	Hubs    []string
	Failure *Failure // of the first
}

// Groups puts failures of the same cause together, in the order of their first hubs.
func Groups(failures []*Failure) []Group {
	var groups []Group
	at := map[string]int{}
	for _, failure := range failures {
		i, known := at[failure.key()]
		if !known {
			i = len(groups)
			at[failure.key()] = i
			groups = append(groups, Group{Failure: failure})
		}
		groups[i].Hubs = append(groups[i].Hubs, failure.Hub)
	}
	return groups
}

// String is "3 hubs (a, b, c): deployment/hub, …" for several, and the failure itself for one.
func (g Group) String() string {
	if len(g.Hubs) == 1 {
		return g.Failure.Error()
	}
	return fmt.Sprintf("%d hubs (%s) %s", len(g.Hubs), strings.Join(g.Hubs, ", "), g.Failure.Pattern())
}
