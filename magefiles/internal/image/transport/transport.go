package transport

import (
	"cmp"
	"net/http"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// Settings of the requests of a push.
type Settings struct {
	Backoff remote.Backoff      // between the tries of a request; the default if zero
	Stall   time.Duration       // how long a request may stand still; the default if zero
	Resumed func(arrived int64) // is told when an upload goes on behind so many bytes
}

// defaultBackoff makes four tries more, over twenty seconds; within one, an upload that can go on does so five times.
var defaultBackoff = remote.Backoff{Duration: 500 * time.Millisecond, Factor: 3, Jitter: 0.3, Steps: 5}

// Options make go-containerregistry's requests survive bad registries and networks.
func (s Settings) Options() []remote.Option {
	backoff := cmp.Or(s.Backoff, defaultBackoff)
	each := patient{HeadByGet{replayed{watched{remote.DefaultTransport, cmp.Or(s.Stall, longestSilence)}}}}
	return []remote.Option{
		remote.WithTransport(resumed{each, backoff, s.Resumed}),
		remote.WithRetryPredicate(worthAnotherTry),
		remote.WithRetryBackoff(backoff),
		remote.WithRetryStatusCodes(http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
			http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout),
	}
}
