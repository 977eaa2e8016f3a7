package confine

import (
	"context"
	"fmt"
	"slices"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube/api"
	"hub-ops/magefiles/internal/kube/manifest"
	"hub-ops/magefiles/internal/layout"
)

// scope is where objects of a kind are.
type scope int

const (
	unknown scope = iota // neither the API server nor the chart says
	inNamespace
	inCluster
)

// Reach is an object that is not in the namespace of its hub.
type Reach struct {
	manifest.Object
	scope scope
}

// String names the object, what it comes from, and what is the matter with it.
func (r Reach) String() string {
	name := r.Name
	if name == "" {
		name = "without a name"
	}
	if r.scope == inNamespace {
		name = r.Namespace + "/" + name
	}
	text := r.Kind + " " + name
	if r.scope == unknown {
		text += ", of a kind that the cluster does not know"
	}
	if from := r.From(); from != "" {
		text += " (" + from + ")"
	}
	return text
}

// finder finds what of a release is not in its namespace.
type finder struct {
	server  *api.Server
	at      layout.Address
	release []manifest.Object // the definitions in it count
}

// beyond returns those of the objects that are not in the hub's namespace, but for those that the public JupyterHub chart needs. The roles
// that a binding can name are those of parts: of the release itself, where helm fails if the name is somebody else's. A hook may never run,
// and of what lies in crds helm makes nothing where the name is taken, so neither says what the role of that name grants.
func (f finder) beyond(ctx context.Context, objects, parts []manifest.Object) ([]Reach, error) {
	var found []Reach
	for _, object := range objects {
		scope, err := f.scopeOf(ctx, object)
		if err != nil {
			return nil, exit.With(exit.Setup, fmt.Errorf("asking where the objects of hub %s are: %w", f.at.Hub, f.server.Plainly(err)))
		}
		if scope == inNamespace && object.Namespace == f.at.Namespace {
			continue
		}
		if scope == inCluster && ofJupyterHub(object, parts, f.at) {
			takes, err := f.takes(ctx, object)
			if err != nil {
				return nil, exit.With(exit.Setup, fmt.Errorf("asking whose %s is: %w", Reach{object, scope}, f.server.Plainly(err)))
			}
			if !takes {
				continue
			}
		}
		found = append(found, Reach{object, scope})
	}
	return found, nil
}

// scopeOf asks the API server where objects of a kind are. Of a kind that it does not know, the chart's own definition says so.
func (f finder) scopeOf(ctx context.Context, object manifest.Object) (scope, error) {
	namespaced, known, err := f.server.Namespaced(ctx, object.APIVersion, object.Kind)
	switch {
	case err != nil:
		return unknown, err
	case known && namespaced:
		return inNamespace, nil
	case known:
		return inCluster, nil
	}
	at := slices.IndexFunc(f.release, func(o manifest.Object) bool {
		group, kind := o.Defines()
		return kind != "" && kind == object.Kind && group == object.Identity().Group
	})
	switch {
	case at < 0:
		return unknown, nil
	case f.release[at].DefinesNamespaced():
		return inNamespace, nil
	}
	return inCluster, nil
}
