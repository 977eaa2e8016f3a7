package transport

import "net/http"

// replayed sends a request's body anew each time that the request is made. go-containerregistry makes a request again when
// its token has run out, with a body that is read already. A layer that is compressed while it is sent has no length yet,
// and is not begun twice: worthAnotherTry sees to that.
type replayed struct{ http.RoundTripper }

// RoundTrip makes one request.
func (r replayed) RoundTrip(request *http.Request) (*http.Response, error) {
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
