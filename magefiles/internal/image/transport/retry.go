package transport

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"syscall"

	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// temporary are errors of a connection that may not occur on the next one. io.ErrClosedPipe is among them: a layer that was
// being sent when its token expired ends with it, and the layer is sent again with the renewed token.
var temporary = []error{
	errStalled, io.EOF, io.ErrUnexpectedEOF, io.ErrClosedPipe, net.ErrClosed, http.ErrBodyReadAfterClose,
	syscall.EPIPE, syscall.ECONNRESET, syscall.ECONNREFUSED, syscall.ECONNABORTED, syscall.ETIMEDOUT,
}

// permanent is an error that a retry cannot resolve, whatever its cause: the request's body cannot be read.
type permanent interface {
	error
	Permanent() bool
}

// retryable reports whether to retry a request, or to send the layer that it belongs to again. A digest mismatch is retried,
// because it means that the layer was corrupted on its way.
func retryable(err error) bool {
	if broken := permanent(nil); err == nil || errors.As(err, &broken) && broken.Permanent() {
		return false
	}
	// A dial that times out is also a context.DeadlineExceeded, though no deadline of ours has passed.
	if dial := (*net.OpError)(nil); errors.As(err, &dial) && dial.Op == "dial" && dial.Timeout() {
		return true
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	if refusal := (*transport.Error)(nil); errors.As(err, &refusal) {
		invalid := func(d transport.Diagnostic) bool { return d.Code == transport.DigestInvalidErrorCode }
		return refusal.Temporary() || slices.ContainsFunc(refusal.Errors, invalid)
	}
	if temporary := interface{ Temporary() bool }(nil); errors.As(err, &temporary) && temporary.Temporary() {
		return true
	}
	return slices.ContainsFunc(temporary, func(one error) bool { return errors.Is(err, one) })
}
