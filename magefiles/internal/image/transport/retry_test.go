package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"hub-ops/magefiles/internal/image/source"
)

func TestWhatIsWorthAnotherTry(t *testing.T) {
	dialer := &net.Dialer{Timeout: time.Nanosecond}
	connection, unreached := dialer.DialContext(t.Context(), "tcp", "127.0.0.1:1")
	if unreached == nil {
		_ = connection.Close()
	}
	for name, test := range map[string]struct {
		err   error
		worth bool
	}{
		"nothing":                              {nil, false},
		"a connection that ends":               {fmt.Errorf("sending: %w", io.ErrUnexpectedEOF), true},
		"a connection that does not come":      {fmt.Errorf("sending: %w", unreached), true},
		"our own deadline":                     {fmt.Errorf("sending: %w", context.DeadlineExceeded), false},
		"an engine that ends":                  {fmt.Errorf("sending: %w", &source.ReadError{Err: io.ErrUnexpectedEOF}), false},
		"a disk that is full":                  {errors.New("no space left on device"), false},
		"a connection that stands still":       {fmt.Errorf("%w for 3m", errStalled), true},
		"a layer whose request was made again": {io.ErrClosedPipe, true},
	} {
		if got := retryable(test.err); got != test.worth {
			t.Errorf("%s: %v: %t", name, test.err, got)
		}
	}
}

// The transport itself begins a request anew, on another connection, with a body of its own.
func TestRequestThatIsBegunAnewIsWatched(t *testing.T) {
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPatch, "http://registry.example/", strings.NewReader("layer"))
	if err != nil {
		t.Fatal(err)
	}
	answers := roundTripper(func(request *http.Request) (*http.Response, error) {
		body, err := request.GetBody()
		if _, stallGuard := body.(watchedBody); err != nil || !stallGuard {
			t.Errorf("a %T, %v", body, err)
		}
		return &http.Response{StatusCode: http.StatusAccepted, Body: http.NoBody}, nil
	})
	response, err := stallGuard{answers, time.Minute}.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
}
