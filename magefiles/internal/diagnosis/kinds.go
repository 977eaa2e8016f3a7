package diagnosis

import (
	"slices"
	"strings"
)

// Kind explains one kind of verdict to an operator: the same text wherever it is shown.
type Kind struct {
	Name      string    // as in Verdict
	Title     string    // a few words
	Says      string    // what a run tells of it; … stands for what differs
	Certainty Certainty // as a rule
	Means     string    // why it happens
	Do        []string  // what to do, in this order
}

// Kinds returns every kind of verdict that Judge, Settling and Progress can give, by its name.
func Kinds() []Kind {
	all := slices.Concat(imageKinds, containerKinds, podKinds, volumeKinds)
	slices.SortFunc(all, func(a, b Kind) int { return strings.Compare(a.Name, b.Name) })
	return all
}
