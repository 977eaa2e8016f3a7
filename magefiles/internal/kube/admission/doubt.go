package admission

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/kube/api"
	"hub-ops/magefiles/internal/kube/manifest"
)

// What makes a refusal doubtful: helm sends the object in another way, and what decides may itself be a part of the release. A check
// that refuses what helm would do is worse than none.

// decisions are what admission says, and the kinds of objects that decide it: if the release has one of them, helm may make it
// before the object that is refused.
var decisions = []struct {
	said  *regexp.Regexp
	kinds []string
}{
	{regexp.MustCompile(`error looking up service account`), []string{"ServiceAccount"}},
	{regexp.MustCompile(`no PriorityClass with name`), []string{"PriorityClass"}},
	{regexp.MustCompile(`RuntimeClass "[^"]*" not found`), []string{"RuntimeClass"}},
	{regexp.MustCompile(`(exceeded|failed) quota`), []string{"ResourceQuota"}},
	{regexp.MustCompile(`(minimum|maximum) \S+ (usage|limit|request)|limit to request ratio`), []string{"LimitRange"}},
	{regexp.MustCompile(`PodSecurity`), []string{"Namespace"}},
	{regexp.MustCompile(`ValidatingAdmissionPolicy`), []string{"ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"}},
	{regexp.MustCompile(`admission webhook`), []string{"ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"}},
}

// decidesItself reports whether the release may itself change what an object is refused for.
func (c *checker) decidesItself(object manifest.Object, err error) bool {
	for _, decision := range decisions {
		if decision.said.MatchString(api.Said(err)) && slices.ContainsFunc(c.Objects, func(o manifest.Object) bool { return slices.Contains(decision.kinds, o.Kind) }) {
			return true
		}
	}
	return slices.ContainsFunc(c.Objects, func(o manifest.Object) bool { // a new version of the object's own definition
		group, kind := o.Defines()
		return kind != "" && kind == object.Kind && group == object.Identity().Group
	})
}

// unanswered reports whether an error says nothing about the object: what it refers to is not there yet, a kind without such
// requests, a webhook without dry runs or that does not answer, a failure of the API server.
func unanswered(err error) bool {
	code := api.Code(err)
	return code == http.StatusNotFound || code == http.StatusConflict || slices.Contains(noSuchWay, code) || code >= http.StatusInternalServerError ||
		strings.Contains(api.Said(err), "does not support dry run")
}

// noSuchWay are the answers to a request of a kind that the API does not take for these objects.
var noSuchWay = []int{http.StatusMethodNotAllowed, http.StatusNotAcceptable, http.StatusUnsupportedMediaType}

var mayNot = regexp.MustCompile(`cannot (\S+) resource`)

// holds returns what holds for helm too of a refusal to apply the object; nil if nothing does. helm patches what has changed since
// the last revision, or replaces; applying on the server's side leaves fields that the last revision had and this one has
// not, knows no field twice and none that is unknown, and needs other rights. So it asks again: as one who makes the object, or
// patches or replaces the one that is there.
func (c *checker) holds(ctx context.Context, path string, object manifest.Object, refused error) (refusal, err error) {
	said := api.Said(refused)
	right := mayNot.FindStringSubmatch(said)
	typed := strings.Contains(said, "failed to create typed patch object")
	switch {
	case c.decidesItself(object, refused), unanswered(refused) && !typed:
		return nil, nil
	case right != nil && right[1] != "patch" && right[1] != "create", right == nil && !typed && api.Code(refused) != http.StatusUnprocessableEntity:
		return refused, nil
	}
	ways, err := c.ways(ctx, path, object)
	if err != nil {
		return nil, err
	}
	if right != nil && len(ways) > 0 && ways[0].Method != http.MethodPost {
		return nil, nil // it is there, and to patch or replace it are other rights
	}
	for _, way := range ways {
		way.As = c.As
		again := c.server.Ask(ctx, way, nil)
		switch {
		case again != nil && api.Away(again):
			return nil, again
		case slices.Contains(noSuchWay, api.Code(again)):
			continue
		case again == nil, unanswered(again), c.decidesItself(object, again):
			return nil, nil
		case typed:
			refused = again // the first one was about the way
		}
	}
	return refused, nil
}

// ways are the requests by which helm could bring an object to what the chart says. There is none for one that may not be looked at,
// or that helm could not read.
func (c *checker) ways(ctx context.Context, path string, object manifest.Object) ([]api.Request, error) {
	var live struct {
		Metadata api.Metadata `json:"metadata"`
	}
	err := c.server.Ask(ctx, api.Request{Path: path + "/" + api.Segment(object.Name)}, &live)
	switch {
	case api.Code(err) == http.StatusNotFound:
		return []api.Request{{Method: http.MethodPost, Path: path + "?" + asHelm, ContentType: "application/yaml", Body: []byte(object.YAML)}}, nil
	case err != nil && api.Away(err):
		return nil, err
	case err != nil:
		return nil, nil
	}
	path += "/" + api.Segment(object.Name) + "?" + asHelm
	patch, replacement := object.JSON(""), object.JSON(live.Metadata.Version)
	return []api.Request{
		{Method: http.MethodPatch, Path: path, ContentType: "application/strategic-merge-patch+json", Body: patch},
		{Method: http.MethodPut, Path: path, Body: replacement},
	}, nil
}
