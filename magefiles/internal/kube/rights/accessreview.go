package rights

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube/api"
	"hub-ops/magefiles/internal/process"
)

// question is whether this account may do one thing: `kubectl auth can-i` for one verb.
type question struct {
	verb, group, resource string
}

// review is the object that puts the question: kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-access-review-v1.
func (q question) review(namespace string) map[string]any {
	resource, sub, _ := strings.Cut(q.resource, "/")
	if resource == "namespaces" {
		namespace = "" // namespaces are in none
	}
	return map[string]any{
		"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
		"spec": map[string]any{"resourceAttributes": map[string]string{
			"namespace": namespace, "verb": q.verb, "group": q.group, "resource": resource, "subresource": sub,
		}},
	}
}

// refused puts many questions, by one kubectl, and returns those that the API server answers with no.
func refused(ctx context.Context, server *api.Server, namespace, as string, questions []question) (refused []question, err error) {
	reviews := make([]map[string]any, 0, len(questions))
	for _, q := range questions {
		reviews = append(reviews, q.review(namespace))
	}
	list, err := json.Marshal(map[string]any{"apiVersion": "v1", "kind": "List", "items": reviews})
	if err != nil {
		return nil, err
	}
	args := []string{"create", "--filename", "-", "--output", "json", "--validate=false", "--request-timeout", "10s"}
	if as != "" {
		args = append(args, "--as", as)
	}
	out, err := server.Run.Output(ctx, process.Cmd{Name: server.Path, Args: args, Env: server.Env, Stdin: bytes.NewReader(list)})
	if err != nil {
		return nil, exit.With(exit.Setup, fmt.Errorf("asking the cluster what we may do: %w", err))
	}
	answers, err := readAnswers(out)
	if err != nil || len(answers) != len(questions) {
		return nil, errors.Join(fmt.Errorf("the cluster was asked %d times what we may do, and answered %d times", len(questions), len(answers)), err)
	}
	for i, allowed := range answers {
		if !allowed {
			refused = append(refused, questions[i])
		}
	}
	return refused, nil
}

// readAnswers reads what kubectl prints: one review after the other, or a list of them.
func readAnswers(out []byte) (allowed []bool, err error) {
	type review struct {
		Status *struct{ Allowed bool }
	}
	decoder := json.NewDecoder(bytes.NewReader(out))
	for {
		var document struct {
			review
			Items []review
		}
		if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
			return allowed, nil
		} else if err != nil {
			return nil, fmt.Errorf("reading what we may do: %w", err)
		}
		for _, answer := range append(document.Items, document.review) {
			if answer.Status != nil {
				allowed = append(allowed, answer.Status.Allowed)
			}
		}
	}
}
