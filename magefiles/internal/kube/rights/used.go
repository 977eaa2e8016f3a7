package rights

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// verbs are what a method asks for of one object and of all.
var verbs = map[string][2]string{
	http.MethodGet: {"get", "list"}, http.MethodHead: {"get", "list"}, http.MethodPost: {"create", "create"}, http.MethodPut: {"update", "update"},
	http.MethodPatch: {"patch", "patch"}, http.MethodDelete: {"delete", "deletecollection"},
}

// For returns what an account must be allowed to do for a request to the API server, such as "create pods/portforward", and whether Missing asks about it or a
// run does without. It is "" for what is no matter of objects, such as the version:
// kubernetes.io/docs/reference/access-authn-authz/authorization/#determine-the-request-verb.
func For(method string, asked *url.URL) (words string, known bool) {
	parts := strings.Split(strings.Trim(asked.Path, "/"), "/")
	group := ""
	switch {
	case len(parts) > 2 && parts[0] == "api":
		parts = parts[2:]
	case len(parts) > 3 && parts[0] == "apis":
		group, parts = parts[1], parts[3:]
	default:
		return "", true
	}
	if parts[0] == "namespaces" && len(parts) > 2 && parts[2] != "finalize" && parts[2] != "status" {
		parts = parts[2:]
	}
	q := question{verbs[method][1], group, parts[0]}
	if len(parts) > 1 {
		q.verb = verbs[method][0]
	}
	if len(parts) > 2 {
		q.resource += "/" + parts[2]
	}
	if asked.Query().Get("watch") == "true" || asked.Query().Get("watch") == "1" {
		q.verb = "watch"
	}
	if len(parts) > 2 && parts[2] == "portforward" {
		q.verb = "create" // kubectl asks by a GET first, and by a POST where that is refused
	}
	return q.verb + " " + q.resource, named(q, needs) || named(q, spared) || group == "authorization.k8s.io" || group == "authentication.k8s.io"
}

func named(q question, needs []need) bool {
	return slices.ContainsFunc(needs, func(n need) bool {
		return n.group == q.group && slices.Contains(n.resources, q.resource) && slices.Contains(n.verbs, q.verb)
	})
}

// spared is what a run asks for and does without where it may not: it then knows less.
var spared = []need{
	{"", []string{"nodes"}, read, always},                        // which platforms there are, and what is wrong with them
	{"", []string{"persistentvolumes"}, read, always},            // what a claim without a class could have
	{"storage.k8s.io", []string{"storageclasses"}, read, always}, // which to name instead
	{"", []string{"namespaces"}, []string{"list"}, always},       // by kubectl
	{"apiextensions.k8s.io", []string{"customresourcedefinitions"}, read, always},
}
