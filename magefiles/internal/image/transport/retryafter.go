package transport

import (
	"net/http"
	"strconv"
	"time"
)

// longestPatience is how long a registry can make us wait by its Retry-After header.
const longestPatience = time.Minute

// patient waits as long as a registry asks for before it hands on a refusal, so that the retry that follows comes when
// it is welcome: RFC 9110, section 10.2.3.
type patient struct{ http.RoundTripper }

// RoundTrip makes one request.
func (p patient) RoundTrip(request *http.Request) (*http.Response, error) {
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
	return min(max(wait, 0), longestPatience)
}
