package kube

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube/api"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/process"
)

// HealthPatience is how long a hub whose pods are ready may take until its proxy knows the way to it.
const HealthPatience = time.Minute

// healthPause lies between two questions.
const healthPause = 2 * time.Second

// HealthPath is the path of the health check of a hub with that base URL.
func HealthPath(template, baseURL string) string {
	return "/" + strings.TrimLeft(strings.ReplaceAll(template, "{baseUrl}", Folder(baseURL)), "/")
}

// Folder returns a base URL with one slash at either end.
func Folder(baseURL string) string {
	if trimmed := strings.Trim(baseURL, "/"); trimmed != "" {
		return "/" + trimmed + "/"
	}
	return "/"
}

// ServiceOf returns the name of a service that is given as scheme:name:port.
func ServiceOf(service string) string {
	if parts := strings.Split(service, ":"); len(parts) == 3 {
		return parts[1]
	}
	return service
}

// answered are what kubectl makes of answers that are not 200, and what they were: it says what such an answer of the API server itself would mean.
var answered = []struct {
	said  *regexp.Regexp
	means string // $1 is what was in parentheses
}{
	{regexp.MustCompile(`no endpoints available for service`), "no pod that is ready stands behind that service"},
	{regexp.MustCompile(`error trying to reach service: (.+)`), "$1"},
	{regexp.MustCompile(`the server is currently unable to handle the request`), "the answer is 503 Service Unavailable"},
	{regexp.MustCompile(`the server could not find the requested resource`), "the answer is 404 Not Found"},
	{regexp.MustCompile(`an error on the server \("(.*)"\) has prevented the request from succeeding`), "the answer is an error of the server: $1"},
}

// unhealthy puts into words what kubectl says of a hub that does not answer as it should; "" for nothing.
func unhealthy(output string) string {
	said := process.Cause(output)
	for _, answer := range answered {
		if match := answer.said.FindStringSubmatchIndex(said); match != nil {
			return strings.TrimSuffix(string(answer.said.ExpandString(nil, answer.means, said, match)), ": ")
		}
	}
	return said
}

// Health asks a service of the hub, given as scheme:name:port, for a path, through the API server, until it answers 200:
// kubernetes.io/docs/tasks/access-application-cluster/access-cluster-services. A namespace without that service is well.
func (c *Client) Health(ctx context.Context, at layout.Address, service, path string, patience time.Duration) (string, error) {
	name := ServiceOf(service)
	err := c.Ask(ctx, api.Request{Path: api.InNamespace("v1", at.Namespace, "services", name)}, nil)
	if api.Code(err) == http.StatusNotFound {
		return "not asked: there is no service " + name, nil
	}
	if err != nil {
		return "", exit.With(exit.Rollout, fmt.Errorf("looking for service %s of hub %s: %w", name, at.Hub, c.Plainly(err)))
	}
	args := []string{"get", "--raw", "/" + api.InNamespace("v1", at.Namespace, "services", service) + "/proxy" + path, "--request-timeout", "10s", "--context", c.Context}
	c.Run.Log.Command(at.Hub, process.Quote("kubectl", args...))
	for deadline := time.Now().Add(patience); ; {
		if _, err = c.Output(ctx, args...); err == nil {
			return "the hub answers at " + path, nil
		}
		if strings.Contains(process.Output(err), "(Forbidden)") || time.Now().After(deadline) {
			break
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(healthPause):
		}
	}
	return "", exit.Errorf(exit.Rollout, "hub %s is deployed, and does not answer at %s through service %s: %s", at.Hub, path, service, cmp.Or(unhealthy(process.Output(err)), err.Error())).
		Try("set health.path and health.service to where it answers; HEALTH_CHECK=0 leaves this check out")
}
