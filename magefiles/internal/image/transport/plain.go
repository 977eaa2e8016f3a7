package transport

import (
	"crypto/tls"
	"errors"
	"net/http"
	"sync"

	"github.com/google/go-containerregistry/pkg/name"
)

// plainHosts remembers which registries speak plain HTTP. go-containerregistry greets a registry by TLS first, for each
// repository anew, and falls back to plain HTTP on this machine and on private networks; a registry that has answered one
// such greeting with plain HTTP is not greeted by TLS again. Other hosts are never remembered: they have no fallback.
type plainHosts struct {
	http.RoundTripper
	known *sync.Map // hosts, as a request has them
}

// RoundTrip makes one request. http.ErrSchemeMismatch is what it returns for a TLS request to such a registry.
func (p plainHosts) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.URL.Scheme != "https" {
		return p.RoundTripper.RoundTrip(request)
	}
	host := request.URL.Host
	if _, plain := p.known.Load(host); plain {
		if request.Body != nil {
			_ = request.Body.Close()
		}
		return nil, http.ErrSchemeMismatch
	}
	response, err := p.RoundTripper.RoundTrip(request)
	if isPlain(err) && fallsBack(host) {
		p.known.Store(host, true)
	}
	return response, err
}

// isPlain reports whether a TLS greeting was answered by HTTP.
func isPlain(err error) bool {
	var answer tls.RecordHeaderError
	return errors.As(err, &answer) && string(answer.RecordHeader[:]) == "HTTP/"
}

// fallsBack reports whether go-containerregistry tries plain HTTP with the host.
func fallsBack(host string) bool {
	registry, err := name.NewRegistry(host)
	return err == nil && registry.Scheme() == "http"
}
