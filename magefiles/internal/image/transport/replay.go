package transport

import "net/http"

// replaying gets a new body each time that a request is made. go-containerregistry repeats a request whose token has expired
// with a body that was already read. A layer that is compressed while it is sent has no length and is left alone here: it is
// sent again as a whole, because retryable accepts the error.
type replaying struct{ http.RoundTripper }

// RoundTrip makes one request.
func (r replaying) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.GetBody == nil || request.ContentLength <= 0 {
		return r.RoundTripper.RoundTrip(request)
	}
	body, err := request.GetBody()
	if err != nil {
		return nil, err
	}
	_ = request.Body.Close()
	again := request.WithContext(request.Context())
	again.Body = body
	return r.RoundTripper.RoundTrip(again)
}
