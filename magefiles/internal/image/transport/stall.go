package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// stallTimeout is how long a request may go on without a byte in either direction. It is long because some registries copy
// a large layer within their storage before they answer.
const stallTimeout = 3 * time.Minute

// errStalled is the error of a request during which no byte moved for the stall timeout.
var errStalled = errors.New("the request stalled")

// stallGuard ends a request that has stalled, so that it can be sent again. Without it, a connection that a router has
// forgotten hangs until the operating system gives up, after a quarter of an hour.
type stallGuard struct {
	http.RoundTripper
	limit time.Duration
}

// RoundTrip makes one request.
func (w stallGuard) RoundTrip(request *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(request.Context())
	stalled := fmt.Errorf("%w for %s", errStalled, w.limit)
	watch := &stallWatch{cancel: cancel, limit: w.limit, timer: time.AfterFunc(w.limit, func() { cancel(stalled) })}
	watch.cause = func() error { return context.Cause(ctx) }
	request = request.WithContext(ctx)
	if request.Body != nil && request.Body != http.NoBody {
		request.Body = watchedBody{request.Body, watch, false}
	}
	if again := request.GetBody; again != nil { // net/http sends the body again on another connection
		request.GetBody = func() (io.ReadCloser, error) {
			body, err := again()
			return watchedBody{body, watch, false}, err
		}
	}
	response, err := w.RoundTripper.RoundTrip(request)
	if err != nil {
		return nil, watch.end(err)
	}
	response.Body = watchedBody{response.Body, watch, true}
	return response, nil
}

// stallWatch is the timer of one request.
type stallWatch struct {
	timer  *time.Timer
	limit  time.Duration
	cancel context.CancelCauseFunc
	cause  func() error
}

// end stops the timer. It returns errStalled if that is what ended the request.
func (w *stallWatch) end(err error) error {
	w.timer.Stop()
	if cause := w.cause(); errors.Is(cause, errStalled) {
		err = cause
	}
	w.cancel(nil)
	return err
}

// watchedBody is a body that restarts the timer whenever it is read.
type watchedBody struct {
	io.ReadCloser
	watch *stallWatch
	last  bool // the request is over when this is closed
}

func (m watchedBody) Read(p []byte) (int, error) {
	n, err := m.ReadCloser.Read(p)
	m.watch.timer.Reset(m.watch.limit)
	return n, err
}

func (m watchedBody) Close() error {
	err := m.ReadCloser.Close()
	if m.last {
		_ = m.watch.end(nil)
	}
	return err
}
