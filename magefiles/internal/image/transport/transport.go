// Package transport makes HTTP requests survive bad registries and networks. Each file is one wrapper around a RoundTripper:
//
//	resume.go      an upload that broke off goes on where the registry says that it did
//	retryafter.go  a refusal is handed on when the registry wants to be asked again
//	head.go        a HEAD that is not answered becomes a GET
//	replay.go      a request that is made again sends its body again
//	stall.go       a request that stands still is ended
//	plain.go       a registry that speaks plain HTTP is greeted by TLS once
//	retry.go       says which errors are worth another try
//
// Package push passes Settings.Options to go-containerregistry, which makes the requests.
package transport

import (
	"cmp"
	"net/http"
	"sync"
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
	each := waitAsAsked{HeadByGet{replaying{stallGuard{plainHosts{remote.DefaultTransport, new(sync.Map)}, cmp.Or(s.Stall, stallTimeout)}}}}
	return []remote.Option{
		remote.WithTransport(resuming{each, backoff, s.Resumed}),
		remote.WithRetryPredicate(retryable),
		remote.WithRetryBackoff(backoff),
		remote.WithRetryStatusCodes(http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
			http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout),
	}
}
