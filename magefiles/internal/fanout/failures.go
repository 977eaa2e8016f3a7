package fanout

import (
	"errors"

	"hub-ops/magefiles/internal/diagnosis"
	"hub-ops/magefiles/internal/exit"
)

// failures collects the errors of hubs. Hubs with the same diagnosis share one message.
type failures struct {
	diagnosed []*diagnosis.Failure
	codes     map[*diagnosis.Failure]int
	others    []error
}

func (f *failures) add(err error) {
	failure := (*diagnosis.Failure)(nil)
	if !errors.As(err, &failure) {
		f.others = append(f.others, err)
		return
	}
	if f.codes == nil {
		f.codes = map[*diagnosis.Failure]int{}
	}
	f.diagnosed, f.codes[failure] = append(f.diagnosed, failure), exit.Code(err)
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
