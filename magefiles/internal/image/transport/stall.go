package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// longestSilence is how long a registry may leave a request as it is: neither take a byte nor answer. Some copy a large
// layer within their storage before they answer.
const longestSilence = 3 * time.Minute

// errSilent is a registry, or a network before it, that has stopped in the middle.
var errSilent = errors.New("nothing has moved")

// watched ends a request that does not move for too long, so that it can be made anew. A connection that a router has
// forgotten would otherwise hang until the system gives up, after a quarter of an hour.
type watched struct {
	http.RoundTripper
	limit time.Duration
}

// RoundTrip makes one request.
func (w watched) RoundTrip(request *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(request.Context())
	silent := fmt.Errorf("%w for %s", errSilent, w.limit)
	watch := &watch{cancel: cancel, limit: w.limit, timer: time.AfterFunc(w.limit, func() { cancel(silent) })}
	watch.cause = func() error { return context.Cause(ctx) }
	request = request.WithContext(ctx)
	if request.Body != nil && request.Body != http.NoBody {
		request.Body = moving{request.Body, watch, false}
	}
	if again := request.GetBody; again != nil { // the transport begins anew on another connection
		request.GetBody = func() (io.ReadCloser, error) {
			body, err := again()
			return moving{body, watch, false}, err
		}
	}
	response, err := w.RoundTripper.RoundTrip(request)
	if err != nil {
		return nil, watch.end(err)
	}
	response.Body = moving{response.Body, watch, true}
	return response, nil
}

// watch is kept by one request.
type watch struct {
	timer  *time.Timer
	limit  time.Duration
	cancel context.CancelCauseFunc
	cause  func() error
}

// end gives the error that silence has caused its name.
func (w *watch) end(err error) error {
	w.timer.Stop()
	if cause := w.cause(); errors.Is(cause, errSilent) {
		err = cause
	}
	w.cancel(nil)
	return err
}

// moving is a body that tells the watch when something moves.
type moving struct {
	io.ReadCloser
	watch *watch
	last  bool // the request is over when this is closed
}

func (m moving) Read(p []byte) (int, error) {
	n, err := m.ReadCloser.Read(p)
	m.watch.timer.Reset(m.watch.limit)
	return n, err
}

func (m moving) Close() error {
	err := m.ReadCloser.Close()
	if m.last {
		_ = m.watch.end(nil)
	}
	return err
}
