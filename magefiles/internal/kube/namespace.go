package kube

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"

	"hub-ops/magefiles/internal/diagnosis"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/history"
	"hub-ops/magefiles/internal/kube/api"
	"hub-ops/magefiles/internal/kube/lock"
)

// Namespace is what the cluster says of a hub's namespace.
type Namespace struct {
	Found    bool
	Made     string // the mark of the repository that has made it; "" if hub-ops has not
	Deployed string // the mark of the repository that has deployed into it last, made or not; "" if none has
}

// Namespace asks about a namespace, and about the lock in it, which says who deployed there. To an account that may not read
// namespaces, each one is there and made by nobody.
func (c *Client) Namespace(ctx context.Context, name string) (Namespace, error) {
	var object struct {
		Metadata api.Metadata `json:"metadata"`
	}
	err := c.Ask(ctx, api.Request{Path: "api/v1/namespaces/" + api.Segment(name)}, &object)
	switch api.Code(err) {
	case http.StatusNotFound:
		return Namespace{}, nil
	case http.StatusForbidden:
		err = nil
	}
	if err != nil {
		return Namespace{}, c.Unanswered(err)
	}
	found := Namespace{Found: true, Made: object.Metadata.Labels[history.RepositoryLabel]}
	found.Deployed, err = lock.Mark(ctx, c.Server, name)
	found.Deployed = cmp.Or(found.Deployed, found.Made)
	return found, err
}

// Occupants names what runs or is kept in a namespace, apart from the hub's own release: what shows that it belongs to somebody.
// A quota, a role, a pull secret or a configuration that an administrator has prepared does not.
func (c *Client) Occupants(ctx context.Context, name string) ([]string, error) {
	var found []string
	for _, k := range []struct{ kind, version, resource string }{
		{"deployment", "apps/v1", "deployments"},
		{"statefulset", "apps/v1", "statefulsets"},
		{"daemonset", "apps/v1", "daemonsets"},
		{"job", "batch/v1", "jobs"},
		{"pod", "v1", "pods"},
		{"claim", "v1", "persistentvolumeclaims"},
		{"service", "v1", "services"},
	} {
		objects, err := c.List(ctx, api.InNamespace(k.version, name, k.resource), "")
		if err != nil {
			return nil, exit.With(exit.Setup, fmt.Errorf("looking into namespace %s: %w", name, c.Plainly(err)))
		}
		for _, object := range objects {
			found = append(found, k.kind+"/"+object.Name)
		}
	}
	releases, err := c.ReleasesIn(ctx, name)
	for _, release := range releases {
		found = append(found, "release "+release.Name)
	}
	slices.Sort(found)
	return found, err
}

// Terminates reports whether the namespace is being deleted. It is false if the namespace does not exist or cannot be
// asked about.
func (c *Client) Terminates(ctx context.Context, namespace string) bool {
	var object diagnosis.Object
	return c.Once(ctx, api.Request{Path: "api/v1/namespaces/" + api.Segment(namespace)}, &object) == nil && object.Status.Phase == "Terminating"
}
