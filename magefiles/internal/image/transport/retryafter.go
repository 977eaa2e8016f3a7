package transport

import (
	"net/http"
	"strconv"
	"time"
)

// longestWait bounds the wait that a registry asks for with its Retry-After header.
const longestWait = time.Minute

// waitAsAsked waits as long as the Retry-After header of a 429 or 503 says, and then returns the response. The caller retries
// at once, which is when the registry wants it: RFC 9110, section 10.2.3.
type waitAsAsked struct{ http.RoundTripper }

// RoundTrip makes one request.
func (p waitAsAsked) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := p.RoundTripper.RoundTrip(request)
	if err != nil || response.StatusCode != http.StatusTooManyRequests && response.StatusCode != http.StatusServiceUnavailable {
		return response, err
	}
	timer := time.NewTimer(retryAfter(response.Header.Get("Retry-After"), time.Now()))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-request.Context().Done():
	}
	return response, nil
}

// retryAfter reads the header: seconds, or a date.
func retryAfter(header string, now time.Time) time.Duration {
	wait := time.Duration(0)
	if seconds, err := strconv.Atoi(header); err == nil {
		wait = time.Duration(seconds) * time.Second
	} else if date, err := http.ParseTime(header); err == nil {
		wait = date.Sub(now)
	}
	return min(max(wait, 0), longestWait)
}
