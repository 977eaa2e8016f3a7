// Package exit gives errors the exit code that the process ends with, and keeps what went wrong apart from what to do
// about it. Every package that can fail makes its errors here; package ops/run hands them to Mage.
//
//	return exit.Input("%s is not a Git repository", dir).Try("run 'git init' and commit")
//	return exit.Errorf(exit.Setup, "no Docker engine answers: %w", err).Try("start it, or set DOCKER_HOST")
//
// Error() is one line, "cause; remedy". Cause and Remedy return the two parts, also of an error that wraps such errors; InLines is for
// a terminal.
package exit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
)

// The exit codes, one for each stage in which a run can fail. Mage itself uses 1 and 2 in the same sense.
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

// Error is an error with an exit code and, where one is known, a remedy. The innermost code counts.
type Error struct {
	Code   int    // 0: the caller gives the code
	Err    error  // what went wrong, and where
	Remedy string // what the operator can do about it; "" if nothing is known
}

// Error returns the cause and the remedy in one line.
func (e *Error) Error() string {
	if e.Remedy == "" {
		return e.Err.Error()
	}
	return strings.TrimSpace(e.Err.Error()) + separator + e.Remedy // the text of a server can end with a line break
}

func (e *Error) Unwrap() error { return e.Err }

// ExitStatus is how Mage asks for the code.
func (e *Error) ExitStatus() int { return Code(e) }

// Try returns the error with a remedy: what the operator can do.
func (e *Error) Try(format string, args ...any) *Error {
	return &Error{Code: e.Code, Err: e.Err, Remedy: fmt.Sprintf(format, args...)}
}

// Input returns an error for bad input, which says what is wrong and where.
func Input(format string, args ...any) *Error { return Errorf(BadInput, format, args...) }

// Errorf returns an error with the code. An error that it wraps by %w keeps a code of its own.
func Errorf(code int, format string, args ...any) *Error {
	return &Error{Code: code, Err: fmt.Errorf(format, args...)}
}

// Try adds a remedy to err, and leaves the exit code to the caller. It returns nil for nil.
func Try(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return &Error{Err: err, Remedy: fmt.Sprintf(format, args...)}
}

// With gives err the code, unless it is nil or has one already.
func With(code int, err error) error {
	if err == nil || codeIn(err) != 0 {
		return err
	}
	return &Error{Code: code, Err: err}
}

// Code returns the exit code of err: 0 for nil, Interrupted for a cancelled context, the innermost code otherwise.
func Code(err error) int {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, context.Canceled):
		return Interrupted
	}
	return cmp.Or(codeIn(err), Other)
}

// codeIn returns the innermost code in the first wrapped error that has one, 0 if there is none.
func codeIn(err error) int {
	switch err := err.(type) { //nolint:errorlint // this walks through the wrapped errors itself
	case *Error:
		return cmp.Or(codeIn(err.Err), err.Code)
	case interface{ Unwrap() error }:
		return codeIn(err.Unwrap())
	case interface{ Unwrap() []error }:
		for _, joined := range err.Unwrap() {
			if code := codeIn(joined); code != 0 {
				return code
			}
		}
	}
	return 0
}
