package fanout

import (
	"errors"
	"time"

	"hub-ops/magefiles/internal/diagnosis"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/journal"
)

// failures collects the errors of hubs. Hubs with the same diagnosis share one message.
type failures struct {
	diagnosed []*diagnosis.Failure
	codes     map[*diagnosis.Failure]int
	others    []error
}

func (f *failures) add(err error) {
	for _, one := range exit.Each(err) {
		failure := (*diagnosis.Failure)(nil)
		if !errors.As(one, &failure) {
			f.others = append(f.others, exit.With(exit.Code(err), one))
			continue
		}
		if f.codes == nil {
			f.codes = map[*diagnosis.Failure]int{}
		}
		f.diagnosed, f.codes[failure] = append(f.diagnosed, failure), exit.Code(err)
	}
}

// diagnosed is a failure that hubs share, with the diagnosis in it.
type diagnosed struct{ diagnosis.Group }

func (d diagnosed) Error() string { return d.String() }

func (d diagnosed) Unwrap() error { return d.Failure }

// join returns all failures as one error, nil if there is none.
func (f *failures) join() error {
	var all []error
	for _, group := range diagnosis.Groups(f.diagnosed) {
		all = append(all, exit.With(f.codes[group.Failure], diagnosed{group}))
	}
	return errors.Join(append(all, f.others...)...)
}

// isDiagnosed reports whether a failure is a diagnosis, which package watch has told in full, and nothing beside it.
func isDiagnosed(err error) bool {
	for _, one := range exit.Each(err) {
		if failure := (*diagnosis.Failure)(nil); !errors.As(one, &failure) {
			return false
		}
	}
	return err != nil
}

// tell has the journal keep why the work on a hub has failed, if it has.
func (r *run) tell(h hub.Hub, err error) {
	if err != nil {
		r.Console.Journal.Fail(h.Name, r.Verb, time.Now(), FailureOf(err))
	}
}

// FailureOf is an error as the report of a run tells it.
func FailureOf(err error) journal.Failure {
	told := journal.Failure{Cause: exit.Cause(err), Remedy: exit.Remedy(err), ExitCode: exit.Code(err)}
	failure := (*diagnosis.Failure)(nil)
	if !errors.As(err, &failure) {
		return told
	}
	for _, finding := range failure.Findings {
		told.Diagnoses = append(told.Diagnoses, journal.Diagnosis{
			Name: finding.Name, Subject: finding.Subject, Cause: finding.Cause, Place: finding.Place, Advice: finding.Advice, Evidence: finding.Evidence, Log: finding.Lines,
		})
	}
	return told
}
