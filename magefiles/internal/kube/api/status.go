package api

import (
	"errors"
	"fmt"
	"net/http"

	"hub-ops/magefiles/internal/diagnosis"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
)

// StatusError is a request that the API server has refused or could not carry out.
type StatusError struct {
	Code    int
	Message string
}

func (e *StatusError) Error() string { return e.Message }

// Code is the HTTP status of a request that failed; 0 if the API server did not answer.
func Code(err error) int {
	if status := (*StatusError)(nil); errors.As(err, &status) {
		return status.Code
	}
	return 0
}

// Said is what the API server, or kubectl, says of an error.
func Said(err error) string {
	if status := (*StatusError)(nil); errors.As(err, &status) {
		return status.Message
	}
	return process.Output(err)
}

// Away reports whether an error says nothing about the question: the API server did not answer, or cannot for now.
func Away(err error) bool {
	switch Code(err) {
	case 0, http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout, http.StatusUnauthorized:
		return true
	}
	return false
}

// Unanswered explains a question that the cluster did not answer, with the exit code of setup. A refusal becomes one line.
func (s *Server) Unanswered(err error) error {
	return exit.With(exit.Setup, fmt.Errorf("asking the cluster: %w", s.Plainly(err)))
}

// Plainly turns a refusal of the API server that diagnosis knows into a sentence; other errors stay as they are.
func (s *Server) Plainly(err error) error {
	if text := diagnosis.Refusal(Said(err), process.Quote("kubectl", "--context", s.Context)); text != "" {
		return &refusal{text, err}
	}
	return err
}

// refusal is an error in a sentence instead of a command line and its output.
type refusal struct {
	text string
	err  error
}

func (r *refusal) Error() string { return r.text }

func (r *refusal) Unwrap() error { return r.err }
