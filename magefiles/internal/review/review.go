// Package review tells reviewers what a run would do: as one comment of the pull request, which it finds again and updates, and as the job's
// summary. What goes in has been masked and escaped: see package document. Package ops/pipeline calls it.
//
//	service, err := review.To(ci.Review{…}, "github", token)
//	err = service.Comment(ctx, text)
package review

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/exit"
)

// Marker begins a comment of ours. It is a comment of Markdown, which nobody sees.
const Marker = "<!-- hub-ops: what this change does -->\n"

// ErrNoRight is what a token without the right to comment ends in.
var ErrNoRight = errors.New("the token may not comment")

// Patience is how long all requests of a comment may take together: a run does not wait for an API that is away.
const Patience = 10 * time.Second

// Service writes the comment of one pull request.
type Service struct {
	client *http.Client
	forge  forge
	at     ci.Review
}

// To returns the service of a CI system. The token goes to the API's host alone, and over plain HTTP only to this machine.
func To(at ci.Review, provider, token string) (*Service, error) {
	forge, known := map[string]forge{"github": github{}, "gitlab": gitlab{}}[provider]
	if !known {
		return nil, exit.Errorf(exit.Setup, "%s has no comments", provider)
	}
	api, err := url.Parse(at.API)
	if err != nil || api.Host == "" || api.User != nil || api.RawQuery != "" || api.Fragment != "" {
		return nil, exit.Errorf(exit.Setup, "the address of the API is none: %.100q", at.API)
	}
	if api.Scheme != "https" && (api.Scheme != "http" || !isHere(api.Hostname())) {
		return nil, exit.Errorf(exit.Setup, "the API is at %s, and a token goes over https alone", api.Redacted())
	}
	at.API = strings.TrimSuffix(at.API, "/")
	return &Service{
		at: at, forge: forge,
		client: &http.Client{
			Transport:     authorised{http.DefaultTransport, api.Host, forge.header(), forge.prefix() + token},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

// isHere reports whether a host is this machine.
func isHere(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// authorised adds the token to requests to one host, and refuses those to any other.
type authorised struct {
	http.RoundTripper
	host, header, value string
}

func (a authorised) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.URL.Host != a.host {
		return nil, fmt.Errorf("a request to %s, and the API is %s", request.URL.Host, a.host)
	}
	request = request.Clone(request.Context())
	request.Header.Set(a.header, a.value)
	return a.RoundTripper.RoundTrip(request)
}

// Comment writes the comment of the pull request, or updates it if it is there. Only one that this token has written counts: anybody can write the
// marker.
func (s *Service) Comment(ctx context.Context, text string) error {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	text = Marker + text
	me, err := s.me(ctx)
	if err != nil {
		return err
	}
	there, err := s.find(ctx, me)
	switch {
	case err != nil:
		return err
	case there == nil:
		return s.send(ctx, s.forge.create(s.at), text)
	case there.Body == text:
		return nil
	}
	return s.send(ctx, s.forge.update(s.at, there.ID), text)
}

// comment is one that is there.
type comment struct {
	ID     int64  `json:"id"`
	Body   string `json:"body"`
	User   person `json:"user"`   // GitHub's
	Author person `json:"author"` // GitLab's
}

type person struct {
	Login    string `json:"login"`    // GitHub's
	Username string `json:"username"` // GitLab's
}

// find returns the comment of ours, nil if there is none.
func (s *Service) find(ctx context.Context, me string) (*comment, error) {
	const pages = 20 // of 100 each
	for page := 1; page <= pages; page++ {
		var some []comment
		if err := s.get(ctx, fmt.Sprintf("%s?per_page=100&page=%d", s.forge.list(s.at), page), &some); err != nil {
			return nil, err
		}
		for _, one := range some {
			if one.User.Login+one.Author.Username == me && strings.HasPrefix(strings.ReplaceAll(one.Body, "\r\n", "\n"), strings.TrimSpace(Marker)) {
				return &one, nil
			}
		}
		if len(some) < 100 {
			break
		}
	}
	return nil, nil //nolint:nilnil // there is none
}
