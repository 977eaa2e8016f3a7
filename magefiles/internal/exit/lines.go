package exit

import (
	"slices"
	"strings"
)

// told is an error whose cause a person has read.
type told struct{ error }

func (t *told) Unwrap() error { return t.error }

// Told marks an error whose cause a person has read in full before: a part of it is enough from then on. It is nil for nil.
func Told(err error) error {
	if err == nil {
		return nil
	}
	return &told{err}
}

// IsTold reports whether a person has read the causes of all errors that err is made of.
func IsTold(err error) bool {
	if wasTold(err) {
		return true
	}
	all := joined(err)
	return all != nil && !slices.ContainsFunc(all, func(one error) bool { return !IsTold(one) })
}

// Each returns the errors that err is made of, each of which says something by itself: err alone if it is one, none for nil.
func Each(err error) []error {
	if err == nil {
		return nil
	}
	all := joined(err)
	if all == nil {
		return []error{err}
	}
	var each []error
	for _, one := range all {
		each = append(each, Each(one)...)
	}
	return each
}

// InLines returns the text of err for a terminal: each cause, and below it what to do about it, on a line of its own. Errors that
// are joined stand one below the other. brief shortens the causes that were told before.
func InLines(err error, brief func(cause string) string) string {
	return inLines(err, func(cause string) string { return cause }, brief)
}

func inLines(err error, shown, brief func(cause string) string) string {
	if err == nil {
		return ""
	}
	if wasTold(err) {
		shown = brief
	}
	if all := joined(err); all != nil {
		texts := make([]string, len(all))
		for i, one := range all {
			texts[i] = inLines(one, shown, brief)
		}
		return strings.Join(texts, "\n")
	}
	cause, remedies := parts(err)
	return strings.Join(append([]string{shown(cause)}, remedies...), "\n  → ")
}

// wasTold reports whether all of an error was.
func wasTold(err error) bool {
	for err != nil {
		if _, was := err.(*told); was { //nolint:errorlint // not one of several that are joined
			return true
		}
		wrapping, wraps := err.(interface{ Unwrap() error })
		if !wraps {
			return false
		}
		err = wrapping.Unwrap()
	}
	return false
}

// joined returns the errors that err is made of, if it says nothing beside them; nil if it is one.
func joined(err error) []error {
	switch wrapping := err.(type) { //nolint:errorlint // this walks through the wrapped errors itself
	case interface{ Unwrap() []error }:
		all := wrapping.Unwrap()
		texts := make([]string, len(all))
		for i, one := range all {
			texts[i] = one.Error()
		}
		if strings.Join(texts, "\n") == err.Error() {
			return all
		}
	case interface{ Unwrap() error }:
		if inner := wrapping.Unwrap(); inner != nil && inner.Error() == err.Error() {
			return joined(inner)
		}
	}
	return nil
}
