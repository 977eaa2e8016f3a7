package transport

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/remote"
)

func TestWhatARegistrySaysOfAnUpload(t *testing.T) {
	for text, want := range map[string]int64{"0-99": 100, "bytes=0-99": 100, "0-0": 0, "": 0, "5-9": 0, "0--1": 0, "0-x": 0} {
		answer := &http.Response{StatusCode: http.StatusNoContent, Header: http.Header{"Range": {text}}}
		if arrived, err := arrivedBytes(answer); arrived != want || (err == nil) != (want > 0) {
			t.Errorf("%q: %d, %v", text, arrived, err)
		}
	}
	if _, err := arrivedBytes(&http.Response{StatusCode: http.StatusNotFound, Header: http.Header{"Range": {"0-99"}}}); err == nil {
		t.Error("an upload that is not there goes on")
	}
}

// TestPartGoesToNoOtherHost: a registry that is not what it was could send the rest of a layer, and the token, elsewhere.
func TestPartGoesToNoOtherHost(t *testing.T) {
	answers := roundTripper(func(request *http.Request) (*http.Response, error) {
		if request.URL.Host != "registry.example" {
			t.Errorf("%s %s", request.Method, request.URL)
		}
		if request.Method == http.MethodGet {
			return &http.Response{StatusCode: http.StatusNoContent, Body: http.NoBody, Header: http.Header{"Range": {"0-9"}, "Location": {"https://other.example/u"}}}, nil
		}
		return nil, io.ErrUnexpectedEOF
	})
	content := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(make([]byte, 100))), nil }
	body, _ := content()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPatch, "https://registry.example/v2/a/blobs/uploads/1", body)
	request.GetBody = content
	backoff := remote.Backoff{Duration: 5 * time.Millisecond, Factor: 2, Steps: 5}
	response, err := resuming{answers, backoff, func(int64) { t.Error("it goes on") }}.RoundTrip(request)
	if err == nil {
		_ = response.Body.Close()
	}
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %v", err)
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (r roundTripper) RoundTrip(request *http.Request) (*http.Response, error) { return r(request) }
