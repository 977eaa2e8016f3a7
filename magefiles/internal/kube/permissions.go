package kube

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/run"
)

// need is what a deploy does to objects of one kind. The kinds are those of the JupyterHub chart.
type need struct {
	group     string
	resources []string
	verbs     []string
}

var (
	all  = []string{"get", "list", "create", "update", "patch", "delete"}
	read = []string{"get", "list"}
)

var needs = []need{
	{"", []string{"namespaces"}, []string{"create"}},
	{"", []string{"secrets", "configmaps", "services", "serviceaccounts", "persistentvolumeclaims"}, all},
	{"", []string{"pods", "pods/log", "events"}, read},
	{"apps", []string{"deployments", "statefulsets", "daemonsets"}, all},
	{"batch", []string{"jobs"}, all},
	{"rbac.authorization.k8s.io", []string{"roles", "rolebindings"}, all},
	{"networking.k8s.io", []string{"ingresses", "networkpolicies"}, all},
	{"policy", []string{"poddisruptionbudgets"}, all},
}

// rule is what somebody may do: kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-rules-review-v1.
type rule struct {
	Verbs, APIGroups, Resources []string
	ResourceNames               []string
}

// Forbidden asks the API server, once, what we may do in a namespace, and returns what a deploy needs and may not do:
// "create secrets". sure is false where the server cannot list all rules, as with a cloud's own authoriser.
func (c *Client) Forbidden(ctx context.Context, namespace string) (missing []string, sure bool, err error) {
	question, err := json.Marshal(map[string]any{
		"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectRulesReview", "spec": map[string]string{"namespace": namespace},
	})
	if err != nil {
		return nil, false, err
	}
	args := []string{"create", "--raw", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", "--filename", "-", "--request-timeout", "10s"}
	out, err := c.Run.Output(ctx, run.Cmd{Name: c.Path, Args: args, Env: c.Env, Stdin: bytes.NewReader(question)})
	if err != nil {
		return nil, false, exit.With(exit.Setup, fmt.Errorf("asking the cluster what we may do: %w", err))
	}
	var review struct {
		Status struct {
			ResourceRules []rule
			Incomplete    bool
		}
	}
	if err := json.Unmarshal(out, &review); err != nil {
		return nil, false, fmt.Errorf("reading what we may do: %w", err)
	}
	return missingIn(review.Status.ResourceRules), !review.Status.Incomplete, nil
}

func missingIn(rules []rule) []string {
	var missing []string
	for _, n := range needs {
		for _, resource := range n.resources {
			var verbs []string
			for _, verb := range n.verbs {
				if !slices.ContainsFunc(rules, func(r rule) bool { return r.allows(verb, n.group, resource) }) {
					verbs = append(verbs, verb)
				}
			}
			if len(verbs) > 0 {
				missing = append(missing, strings.Join(verbs, ",")+" "+resource)
			}
		}
	}
	return missing
}

func (r rule) allows(verb, group, resource string) bool {
	has := func(list []string, want string) bool {
		return slices.Contains(list, want) || slices.Contains(list, "*")
	}
	return len(r.ResourceNames) == 0 && has(r.Verbs, verb) && has(r.APIGroups, group) && has(r.Resources, resource)
}
