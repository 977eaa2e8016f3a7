package registry

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"syscall"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"

	"hub-ops/magefiles/internal/exit"
)

// ErrRefused is in the error of a registry that answers 401 or 403.
var ErrRefused = errors.New("access refused")

// StatusOf returns the HTTP status of a registry's refusal, 0 if there was none.
func StatusOf(err error) int {
	if refusal := (*transport.Error)(nil); errors.As(err, &refusal) {
		return refusal.StatusCode
	}
	return 0
}

func (r Registry) explain(ref name.Reference, err error) error {
	host := ref.Context().RegistryStr()
	if strings.Contains(err.Error(), "x509: ") {
		return exit.Errorf(exit.Setup, "registry %s has a certificate that is not trusted here: %w", host, err).
			Try("if it is of an authority of your own, name that with SSL_CERT_FILE")
	}
	switch StatusOf(err) {
	case http.StatusUnauthorized, http.StatusForbidden:
		refused := exit.Errorf(exit.Setup, "registry %s: %w to %s: %w", host, ErrRefused, ref.Context().RepositoryStr(), err)
		if host != r.loginHost() {
			return refused.Try("log in there with docker, or name it with REGISTRY_HOST if REGISTRY_USERNAME and REGISTRY_PASSWORD are for it")
		}
		return refused.Try("check REGISTRY_USERNAME and REGISTRY_PASSWORD, or log in with docker")
	case 0:
		return exit.With(exit.Setup, fmt.Errorf("registry %s does not answer: %w", host, err))
	}
	return exit.With(exit.Setup, fmt.Errorf("asking registry %s for %s: %w", host, ref, err))
}

// immutable is how registries say that a tag cannot be given to another image: ECR, Harbor, Google's Artifact Registry.
var immutable = regexp.MustCompile(`(?i)immutab|cannot be overwritten`)

// Immutable reports whether a registry refused a tag because it cannot be overwritten.
func Immutable(err error) bool {
	status := StatusOf(err)
	return status >= http.StatusBadRequest && status < http.StatusInternalServerError && immutable.MatchString(err.Error())
}

// Advise adds to a failed push what an operator can do about it, where that is known.
func Advise(err error) error {
	if text := advice(err); text != "" {
		return exit.Try(err, "%s", text)
	}
	return err
}

func advice(err error) string {
	if Immutable(err) {
		return "the registry lets no tag be overwritten: delete the tag first, or allow it there"
	}
	switch StatusOf(err) {
	case http.StatusUnauthorized:
		return "the registry does not take these credentials, or no longer: check REGISTRY_USERNAME and REGISTRY_PASSWORD, or log in with docker"
	case http.StatusForbidden:
		return "these credentials may not push there: give them that right, or check REGISTRY_USERNAME and REGISTRY_PASSWORD"
	case http.StatusRequestEntityTooLarge:
		return "the registry, or a proxy before it, takes no layer of that size: raise its limit, or split the instruction that makes the layer"
	case http.StatusMethodNotAllowed:
		return "the registry does not take pushes: is it read-only, or a mirror?"
	case http.StatusTooManyRequests:
		return "the registry limits how much is asked of it: push again later, or with JOBS=1"
	}
	if refusal := (*transport.Error)(nil); errors.As(err, &refusal) {
		for _, diagnostic := range refusal.Errors {
			switch diagnostic.Code {
			case transport.DigestInvalidErrorCode:
				return "what arrives is not what was sent, each time: look for a proxy or a disk that changes it"
			case transport.ManifestBlobUnknownErrorCode:
				return "the registry said that it has a layer, and has not: push again, and if that does not help, look after its storage"
			}
		}
	}
	if errors.Is(err, syscall.ECONNREFUSED) {
		return "the registry is down, or not there"
	}
	return ""
}
