package transport

import "net/http"

// HeadByGet sends a GET where a registry, or a proxy before it, does not support HEAD. It reads nothing but the headers.
type HeadByGet struct{ http.RoundTripper }

// RoundTrip makes one request.
func (h HeadByGet) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := h.RoundTripper.RoundTrip(request)
	if err != nil || request.Method != http.MethodHead ||
		response.StatusCode != http.StatusMethodNotAllowed && response.StatusCode != http.StatusNotImplemented {
		return response, err
	}
	_ = response.Body.Close()
	get := request.Clone(request.Context())
	get.Method = http.MethodGet
	if response, err = h.RoundTripper.RoundTrip(get); err != nil {
		return nil, err
	}
	_ = response.Body.Close()
	response.Body, response.Request = http.NoBody, request
	return response, nil
}
