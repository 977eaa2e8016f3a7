package transport

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// resuming resumes the upload of a blob that was interrupted, if the registry says how many bytes it has:
// opencontainers/distribution-spec, "Pushing a blob in chunks". For a registry that does not say, the error is returned, and
// go-containerregistry sends the whole blob again.
type resuming struct {
	http.RoundTripper
	backoff remote.Backoff
	says    func(arrived int64)
}

// RoundTrip makes one request, in as many parts as it takes.
func (r resuming) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := r.RoundTripper.RoundTrip(request)
	if request.Method != http.MethodPatch || request.GetBody == nil {
		return response, err
	}
	for backoff := r.backoff; interrupted(response, err) && backoff.Steps > 0; {
		if !pause(request.Context(), backoff.Step()) {
			break
		}
		next, nextErr := r.remainder(request)
		if nextErr != nil {
			break
		}
		again, againErr := r.RoundTripper.RoundTrip(next)
		if againErr == nil && again.StatusCode >= http.StatusBadRequest && !interrupted(again, nil) {
			_ = again.Body.Close() // the registry takes no second part: return what happened to the first one
			break
		}
		if err == nil {
			_ = response.Body.Close()
		}
		response, err = again, againErr
	}
	return response, err
}

// interrupted reports whether the registry may have kept a part of what a failed request sent. 416 is among the statuses
// because a registry that has not yet counted the last part answers so to the next one.
func interrupted(response *http.Response, err error) bool {
	if err != nil {
		return retryable(err)
	}
	switch response.StatusCode {
	case http.StatusRequestTimeout, http.StatusRequestedRangeNotSatisfiable, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// pause waits. It reports false if the context ended first.
func pause(ctx context.Context, length time.Duration) bool {
	timer := time.NewTimer(length)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// remainder returns the request that sends what has not arrived. It skips the part of the body that has arrived before it
// returns, so that the registry does not wait while that part is compressed again.
func (r resuming) remainder(request *http.Request) (*http.Request, error) {
	next, arrived, err := r.ask(request)
	if err != nil {
		return nil, err
	}
	if request.ContentLength > 0 {
		if next.ContentLength = request.ContentLength - arrived; next.ContentLength < 0 {
			return nil, fmt.Errorf("the registry has %d bytes of %d", arrived, request.ContentLength)
		}
		if next.ContentLength > 0 {
			next.Header.Set("Content-Range", fmt.Sprintf("%d-%d", arrived, request.ContentLength-1))
		}
	}
	if next.Body, err = request.GetBody(); err != nil {
		return nil, err
	}
	if _, err := io.CopyN(io.Discard, next.Body, arrived); err != nil {
		_ = next.Body.Close()
		return nil, err
	}
	r.says(arrived)
	return next, nil
}

// ask asks the registry how many bytes of an upload it has, and where to send the next part. It refuses another host, which
// must not get the credentials.
func (r resuming) ask(request *http.Request) (next *http.Request, arrived int64, err error) {
	question := request.Clone(request.Context())
	question.Method, question.Body, question.GetBody, question.ContentLength = http.MethodGet, nil, nil, 0
	question.Header.Del("Content-Type")
	answer, err := r.RoundTripper.RoundTrip(question)
	if err != nil {
		return nil, 0, err
	}
	_ = answer.Body.Close()
	arrived, err = arrivedBytes(answer)
	if err != nil {
		return nil, 0, err
	}
	next = request.Clone(request.Context())
	next.GetBody, next.ContentLength = nil, -1
	if location := answer.Header.Get("Location"); location != "" {
		if next.URL, err = request.URL.Parse(location); err != nil {
			return nil, 0, err
		}
		if next.URL.Host != request.URL.Host || next.URL.Scheme != request.URL.Scheme {
			return nil, 0, fmt.Errorf("the upload has moved to %s", next.URL.Host)
		}
	}
	return next, arrived, nil
}

// arrivedBytes reads "Range: 0-<last byte>". 0-0 means that nothing has arrived.
func arrivedBytes(answer *http.Response) (int64, error) {
	text := answer.Header.Get("Range")
	if answer.StatusCode != http.StatusNoContent && answer.StatusCode != http.StatusAccepted {
		return 0, fmt.Errorf("asked for an upload's state, the registry answers %s", answer.Status)
	}
	last, found := strings.CutPrefix(strings.TrimPrefix(text, "bytes="), "0-")
	end, err := strconv.ParseInt(last, 10, 64)
	if !found || err != nil || end <= 0 {
		return 0, fmt.Errorf("the registry has nothing of the upload: range %q", text)
	}
	return end + 1, nil
}
