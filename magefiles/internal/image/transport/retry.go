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

// passing are errors of a connection that the next one may not meet. A layer that was being sent when its token ran out
// ends as a closed pipe: the token is renewed by then, and the layer begins anew.
var passing = []error{
	errSilent, io.EOF, io.ErrUnexpectedEOF, io.ErrClosedPipe, net.ErrClosed, http.ErrBodyReadAfterClose,
	syscall.EPIPE, syscall.ECONNRESET, syscall.ECONNREFUSED, syscall.ECONNABORTED, syscall.ETIMEDOUT,
}

// permanent is an error that another request does not mend, whatever caused it: the body cannot be read.
type permanent interface {
	error
	Permanent() bool
}

// worthAnotherTry reports whether a request, or the layer that it belongs to, is tried again. A digest that does not fit
// is what a layer's corruption on its way comes to.
func worthAnotherTry(err error) bool {
	if broken := permanent(nil); err == nil || errors.As(err, &broken) && broken.Permanent() {
		return false
	}
	// A connection that does not come about in time calls that the end of a deadline, which is none of ours.
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
	return slices.ContainsFunc(passing, func(one error) bool { return errors.Is(err, one) })
}
