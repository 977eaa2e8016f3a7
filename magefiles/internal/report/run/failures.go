package run

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/explain"
	"hub-ops/magefiles/internal/journal"
)

// failure is one cause, with the hubs that have it.
type failure struct {
	Hubs      []string
	Verb      string
	Cause     string
	Remedy    string
	Code      link // the exit code
	Diagnoses []diagnosed
}

type diagnosed struct {
	Name          link
	Says          string
	Place, Advice string
	Evidence, Log string
}

// link is a word, and where on the page it is explained; Anchor is "" if it is nowhere.
type link struct{ Word, Anchor string }

// failures are those of the hubs. Hubs that failed in the same way share one.
func failures(run Run, topics *topics) []failure {
	var all []failure
	at := map[string]int{}
	for _, work := range run.Works {
		told := work.Failures
		if work.Failed != "" && len(told) == 0 {
			told = []journal.Failure{{Cause: work.Failed}}
		}
		for _, one := range told {
			key := pattern(work, one)
			if i, known := at[key]; known {
				if !slices.Contains(all[i].Hubs, work.Hub) {
					all[i].Hubs = append(all[i].Hubs, work.Hub)
				}
				continue
			}
			at[key] = len(all)
			all = append(all, oneFailure(work.Hub, work.Verb, one, topics))
		}
	}
	slices.SortStableFunc(all, func(a, b failure) int { return cmp.Compare(len(b.Hubs), len(a.Hubs)) })
	return all
}

// pattern is the same for hubs that failed in the same way.
func pattern(work journal.Work, told journal.Failure) string {
	var parts []string
	for _, d := range told.Diagnoses {
		parts = append(parts, d.Name+d.Subject+d.Cause)
	}
	if len(parts) == 0 {
		parts = append(parts, told.Cause)
	}
	return work.Verb + "\x00" + strings.ReplaceAll(strings.Join(parts, "\x00"), work.Hub, "\x00")
}

func oneFailure(hub, verb string, told journal.Failure, topics *topics) failure {
	f := failure{Verb: verb, Cause: told.Cause, Remedy: told.Remedy}
	if hub != "" {
		f.Hubs = []string{hub}
	}
	if told.ExitCode != 0 && told.ExitCode != exit.Other {
		f.Code = topics.link(strconv.Itoa(told.ExitCode))
	}
	for _, d := range told.Diagnoses {
		f.Diagnoses = append(f.Diagnoses, diagnosed{
			Name: topics.link(d.Name), Says: d.Subject + ": " + d.Cause, Place: d.Place, Advice: d.Advice,
			Evidence: strings.Join(d.Evidence, "\n"), Log: strings.Join(d.Log, "\n"),
		})
	}
	return f
}

// topic is what a code means, as 'mage explain' tells it.
type topic struct {
	explain.Topic
	Anchor string
}

// topics collects those that the page has links to.
type topics struct {
	list    []topic
	anchors map[string]string // of codes and of reasons; "" for one that nothing explains
}

func newTopics() *topics { return &topics{anchors: map[string]string{}} }

// link returns a link to what explains a word: a code, or a reason as the plan says it.
func (t *topics) link(word string) link {
	anchor, known := t.anchors[word]
	if known || word == "" {
		return link{word, anchor}
	}
	found, err := explain.Of(word)
	if err == nil {
		anchor = "means-" + found.Code
		if !slices.ContainsFunc(t.list, func(o topic) bool { return o.Anchor == anchor }) {
			t.list = append(t.list, topic{found, anchor})
		}
	}
	t.anchors[word] = anchor
	return link{word, anchor}
}

// sorted are the topics by what sort of code they have: what went wrong first.
func (t *topics) sorted() []topic {
	order := []string{"diagnosis", "reason of the plan", "exit code"}
	slices.SortStableFunc(t.list, func(a, b topic) int {
		return cmp.Compare(slices.Index(order, a.Sort), slices.Index(order, b.Sort))
	})
	return t.list
}
