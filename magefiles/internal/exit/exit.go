// Package exit gives errors the exit code that the process ends with.
package exit

import (
	"context"
	"errors"
	"fmt"
)

// The exit codes, one for each room in which a run can fail. Mage itself uses 1 and 2 in the same sense.
const (
	Other       = 1   // anything without a code of its own
	BadInput    = 2   // an argument, a file or a setting; nothing was changed
	Setup       = 3   // a tool, engine, registry or cluster is not there or refuses
	Build       = 4   // an image did not build
	Push        = 5   // an image did not reach the registry
	Helm        = 6   // helm refused or failed
	Rollout     = 7   // the workloads did not become ready, or cannot
	Interrupted = 130 // by SIGINT or SIGTERM
)

// Error is an error with an exit code. The innermost code counts.
type Error struct {
	Code int
	Err  error
}

func (e *Error) Error() string { return e.Err.Error() }

func (e *Error) Unwrap() error { return e.Err }

// ExitStatus is how Mage asks for the code.
func (e *Error) ExitStatus() int { return Code(e) }

// Input returns an error for bad input: one line that says what, where and what to do.
func Input(format string, args ...any) error { return With(BadInput, fmt.Errorf(format, args...)) }

// With gives err the code, unless it is nil or has one already.
func With(code int, err error) error {
	if inner := (*Error)(nil); err == nil || errors.As(err, &inner) {
		return err
	}
	return &Error{Code: code, Err: err}
}

// Code returns the exit code of err: 0 for nil, Interrupted for a cancelled context, the innermost code otherwise.
func Code(err error) int {
	code := Other
	if err == nil {
		return 0
	}
	if errors.Is(err, context.Canceled) {
		return Interrupted
	}
	for inner := (*Error)(nil); errors.As(err, &inner); err = inner.Err {
		code = inner.Code
	}
	return code
}
