package process

import (
	"slices"
	"strings"
)

// Untold returns the failed processes in an error whose output is in no log and has more lines than the error shows. Of several
// with the same output it returns one.
func Untold(err error) []*Error {
	return slices.DeleteFunc(Said(err), func(failed *Error) bool { return failed.Logged })
}

// Said returns the failed processes in an error whose output has more lines than the error shows, whether a log has it or not. Of several
// with the same output it returns one.
func Said(err error) []*Error {
	var found []*Error
	seen := map[string]bool{}
	walk(err, func(failed *Error) {
		if !seen[failed.Output] && strings.Contains(strings.TrimSpace(failed.Output), "\n") {
			seen[failed.Output] = true
			found = append(found, failed)
		}
	})
	return found
}

// walk calls visit for each failed process that an error wraps or joins.
func walk(err error, visit func(*Error)) {
	switch err := err.(type) { //nolint:errorlint // this walks through the wrapped errors itself
	case *Error:
		visit(err)
	case interface{ Unwrap() error }:
		walk(err.Unwrap(), visit)
	case interface{ Unwrap() []error }:
		for _, joined := range err.Unwrap() {
			walk(joined, visit)
		}
	}
}
