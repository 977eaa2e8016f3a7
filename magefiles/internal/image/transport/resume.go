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

// resumed goes on with the upload of a blob where it broke off, if the registry says how much of it has arrived:
// opencontainers/distribution-spec, "Pushing a blob in chunks". go-containerregistry sends a blob in one request, and the
// whole of it again if that fails, which is what is left for a registry that does not say.
type resumed struct {
	http.RoundTripper
	backoff remote.Backoff
	says    func(arrived int64)
}

// RoundTrip makes one request, in as many parts as it takes.
func (r resumed) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := r.RoundTripper.RoundTrip(request)
	if request.Method != http.MethodPatch || request.GetBody == nil {
		return response, err
	}
	for backoff := r.backoff; brokeOff(response, err) && backoff.Steps > 0; {
		if !pause(request.Context(), backoff.Step()) {
			break
		}
		next, nextErr := r.remainder(request)
		if nextErr != nil {
			break
		}
		again, againErr := r.RoundTripper.RoundTrip(next)
		if againErr == nil && again.StatusCode >= http.StatusBadRequest && !brokeOff(again, nil) {
			_ = again.Body.Close() // it takes no second part: what happened to the first one counts
			break
		}
		if err == nil {
			_ = response.Body.Close()
		}
		response, err = again, againErr
	}
	return response, err
}

// brokeOff reports whether a request ended in a way that may have left a part of what it sent. A registry that has not
// yet noticed how much it got of the last part finds the next one out of range.
func brokeOff(response *http.Response, err error) bool {
	if err != nil {
		return worthAnotherTry(err)
	}
	switch response.StatusCode {
	case http.StatusRequestTimeout, http.StatusRequestedRangeNotSatisfiable, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// pause reports whether the context held that long.
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

// remainder is the request for what has not arrived. The body is read up to there before anything is sent: compressing
// it again takes a while, and a registry need not wait for it.
func (r resumed) remainder(request *http.Request) (*http.Request, error) {
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

// ask asks the registry how many bytes of an upload it has, and where the next part is to go. Credentials stay with the
// host that they were given to.
func (r resumed) ask(request *http.Request) (next *http.Request, arrived int64, err error) {
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

// arrivedBytes reads "Range: 0-<last byte>". Registries say 0-0 of an upload that they have nothing of.
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
