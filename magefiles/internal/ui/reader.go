package ui

import (
	"errors"
	"io"
	"sync"
	"syscall"
)

// Heard returns a writer to where somebody reads, or has stopped to: after head has its lines, nobody does. Then it calls gone, once, and takes
// whatever is still written. The process must have asked for SIGPIPE, which ends it otherwise.
func Heard(to io.Writer, gone func()) io.Writer { return &heard{to: to, gone: sync.OnceFunc(gone)} }

type heard struct {
	to   io.Writer
	gone func()
}

func (h *heard) Write(text []byte) (int, error) {
	n, err := h.to.Write(text)
	if errors.Is(err, syscall.EPIPE) {
		h.gone()
		return len(text), nil
	}
	return n, err
}
