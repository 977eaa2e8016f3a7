package review

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"

	"hub-ops/magefiles/internal/ci"
)

// forge is what GitHub and GitLab call the same things. Paths are below the API's address.
type forge interface {
	header() string // that the token is in
	prefix() string // before it
	list(ci.Review) string
	create(ci.Review) call
	update(at ci.Review, id int64) call
	bot() string // who a token is that may not ask; "" if there is none such
}

// call is a method and a path.
type call struct{ method, path string }

// github is docs.github.com/rest/issues/comments: those of a pull request are its issue's.
type github struct{}

func (github) header() string { return "Authorization" }
func (github) prefix() string { return "Bearer " }
func (github) bot() string    { return "github-actions[bot]" }

func (github) list(at ci.Review) string {
	return "/repos/" + at.Project + "/issues/" + at.Number + "/comments"
}

func (g github) create(at ci.Review) call { return call{http.MethodPost, g.list(at)} }

func (github) update(at ci.Review, id int64) call {
	return call{http.MethodPatch, fmt.Sprintf("/repos/%s/issues/comments/%d", at.Project, id)}
}

// gitlab is docs.gitlab.com/api/notes.
type gitlab struct{}

func (gitlab) header() string { return "PRIVATE-TOKEN" }
func (gitlab) prefix() string { return "" }
func (gitlab) bot() string    { return "" }

func (gitlab) list(at ci.Review) string {
	return "/projects/" + at.Project + "/merge_requests/" + at.Number + "/notes"
}

func (g gitlab) create(at ci.Review) call { return call{http.MethodPost, g.list(at)} }

func (g gitlab) update(at ci.Review, id int64) call {
	return call{http.MethodPut, fmt.Sprintf("%s/%d", g.list(at), id)}
}

// me asks who the token is. GitHub's token of a job may not ask that.
func (s *Service) me(ctx context.Context) (string, error) {
	var me person
	err := s.get(ctx, "/user", &me)
	switch name := cmp.Or(me.Login, me.Username); {
	case err == nil && name != "":
		return name, nil
	case errors.Is(err, ErrNoRight) && s.forge.bot() != "":
		return s.forge.bot(), nil
	case err == nil:
		return "", errors.New("the API does not say who the token is")
	}
	return "", err
}
