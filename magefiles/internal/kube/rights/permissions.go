// Package rights asks the API server who this account is and what it may do.
//
//	missing, err := rights.Missing(ctx, server, "course", "", rights.Uses{}) // "create secrets", "get,list pods"
//	account := rights.WhoAmI(ctx, server)                 // system:serviceaccount:ci:deployer
//
// `mage setup` and its check tell what is missing before a deploy fails halfway; a run that uses the operator's own
// access names the account and asks to confirm.
package rights

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube/api"
)

// need is what a deploy does to objects of one kind. The kinds are those of the JupyterHub chart.
type need struct {
	group     string
	resources []string
	verbs     []string
	when      when
}

// when is what a need is for.
type when string

const (
	always when = ""
	itself when = "by the account of the run, whoever's name a hub is changed in"
	health when = "where a hub is asked how it is"
	spawn  when = "where a user's server is started"
)

// Uses are what the settings of hubs have a deploy do besides.
type Uses struct {
	Health bool // ask the hub how it is
	Spawn  bool // start a user's server
}

var (
	all  = []string{"get", "list", "create", "update", "patch", "delete", "watch"} // helm 4 watches whatever it waits for
	read = []string{"get", "list"}
)

var needs = []need{
	{"", []string{"namespaces"}, []string{"create"}, itself},
	{"", []string{"secrets", "configmaps", "services", "serviceaccounts", "persistentvolumeclaims"}, all, always},
	{"", []string{"pods", "events"}, []string{"get", "list", "watch"}, always},
	{"", []string{"pods/log"}, []string{"get"}, always},
	{"apps", []string{"deployments", "statefulsets", "daemonsets"}, all, always},
	{"apps", []string{"replicasets"}, []string{"list", "watch"}, always},
	{"batch", []string{"jobs"}, all, always},
	{"rbac.authorization.k8s.io", []string{"roles", "rolebindings"}, all, always},
	{"networking.k8s.io", []string{"ingresses", "networkpolicies"}, all, always},
	{"policy", []string{"poddisruptionbudgets"}, all, always},
	{"", []string{"namespaces"}, []string{"get"}, itself},
	{"coordination.k8s.io", []string{"leases"}, []string{"get", "create", "update"}, itself},
	{"", []string{"services/proxy"}, []string{"get"}, health},
	{"", []string{"pods/portforward"}, []string{"create"}, spawn},
	{"", []string{"pods"}, []string{"delete"}, spawn},
}

// wanted lists what is to be asked about for such uses, in whose name.
func (u Uses) wanted(as string) []need {
	return slices.DeleteFunc(slices.Clone(needs), func(n need) bool {
		switch n.when {
		case itself:
			return as != ""
		case health:
			return !u.Health || as != ""
		case spawn:
			return !u.Spawn || as != ""
		}
		return false
	})
}

// rule is what an account may do:
// kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-rules-review-v1.
type rule struct {
	Verbs, APIGroups, Resources []string
	ResourceNames               []string
}

// Missing asks the API server what this account may do in a namespace, and returns what a deploy needs and may not
// do: "create secrets". Where the server cannot list all rules, as with a cloud's own authoriser, it is asked about each
// right that the list leaves open. as is the account in whose name the namespace is changed, "" for our own: to make the namespace, to lock the hub
// and to ask it is never its business.
func Missing(ctx context.Context, server *api.Server, namespace, as string, uses Uses) (missing []string, err error) {
	subject, err := json.Marshal(map[string]any{
		"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectRulesReview", "spec": map[string]string{"namespace": namespace},
	})
	if err != nil {
		return nil, err
	}
	var review struct {
		Status struct {
			ResourceRules []rule
			Incomplete    bool
		}
	}
	if err := server.Ask(ctx, api.Request{Method: http.MethodPost, Path: "apis/authorization.k8s.io/v1/selfsubjectrulesreviews", Body: subject, As: as}, &review); err != nil {
		return nil, exit.With(exit.Setup, fmt.Errorf("asking the cluster what we may do: %w", server.Plainly(err)))
	}
	open := missingIn(uses.wanted(as), review.Status.ResourceRules)
	if review.Status.Incomplete && len(open) > 0 {
		if open, err = refused(ctx, server, namespace, as, open); err != nil {
			return nil, err
		}
	}
	return inWords(open), nil
}

// missingIn returns what a deploy needs and no rule allows.
func missingIn(needs []need, rules []rule) []question {
	var missing []question
	for _, n := range needs {
		for _, resource := range n.resources {
			for _, verb := range n.verbs {
				if !slices.ContainsFunc(rules, func(r rule) bool { return r.allows(verb, n.group, resource) }) {
					missing = append(missing, question{verb, n.group, resource})
				}
			}
		}
	}
	return missing
}

// inWords puts the verbs for one resource together: "create,update secrets".
func inWords(missing []question) []string {
	var words []string
	for i, q := range missing {
		if i > 0 && missing[i-1].resource == q.resource && missing[i-1].group == q.group {
			verbs, resource, _ := strings.Cut(words[len(words)-1], " ")
			words[len(words)-1] = verbs + "," + q.verb + " " + resource
			continue
		}
		words = append(words, q.verb+" "+q.resource)
	}
	return words
}

func (r rule) allows(verb, group, resource string) bool {
	has := func(list []string, want string) bool {
		return slices.Contains(list, want) || slices.Contains(list, "*")
	}
	return len(r.ResourceNames) == 0 && has(r.Verbs, verb) && has(r.APIGroups, group) && has(r.Resources, resource)
}
