package exit

import (
	"slices"
	"strings"
)

// separator stands between a cause and its remedy, and between two remedies.
const separator = "; "

// Cause returns what went wrong and where: the text of err without the remedies in it. It is "" for nil.
func Cause(err error) string {
	cause, _ := parts(err)
	return cause
}

// Remedy returns what the operator can do about err: the remedies of all errors that err wraps or joins, each once,
// the innermost first. It is "" for nil and where none is known.
func Remedy(err error) string {
	_, remedies := parts(err)
	return strings.Join(remedies, separator)
}

func parts(err error) (cause string, remedies []string) {
	switch err := err.(type) { //nolint:errorlint // this walks through the wrapped errors itself
	case nil:
		return "", nil
	case *Error:
		cause, remedies = parts(err.Err)
		return strings.TrimSpace(cause), add(remedies, err.Remedy)
	case interface{ Unwrap() error }:
		return without(err.(error).Error(), err.Unwrap())
	case interface{ Unwrap() []error }:
		return without(err.(error).Error(), err.Unwrap()...)
	}
	return err.Error(), nil
}

// without takes the remedies of the wrapped errors out of the text that quotes these errors, in their order.
func without(text string, wrapped ...error) (cause string, remedies []string) {
	var before strings.Builder
	for _, inner := range wrapped {
		if inner == nil {
			continue
		}
		innerCause, innerRemedies := parts(inner)
		remedies = add(remedies, innerRemedies...)
		if head, tail, quoted := strings.Cut(text, inner.Error()); quoted {
			before.WriteString(head + innerCause)
			text = tail
		}
	}
	return before.String() + text, remedies
}

func add(remedies []string, more ...string) []string {
	for _, remedy := range more {
		if remedy != "" && !slices.Contains(remedies, remedy) {
			remedies = append(remedies, remedy)
		}
	}
	return remedies
}
