// Package confine keeps a hub in its namespace: it finds what a release makes or deletes elsewhere in the cluster, and refuses that
// unless the settings allow it. Objects from package manifest and what is allowed go in, an error that names each object comes out.
//
//	err := confine.Check(ctx, server, confine.Change{At: layout.Plain("course"), Done: "deployed", Makes: objects}, confine.Rules{Allowed: allowed, Of: of, Counts: of})
//	// hub course is not deployed: …: ClusterRoleBinding course-admin (hook: pre-upgrade; course/templates/hook.yaml)
//
// Package release asks before each deploy, rollback and removal. What the public JupyterHub chart needs beyond its namespace is known by
// its content: see jupyterhub.go.
package confine

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube/api"
	"hub-ops/magefiles/internal/kube/manifest"
	"hub-ops/magefiles/internal/layout"
)

// Change is what helm is to do for a hub.
type Change struct {
	At      layout.Address
	Done    string            // in words: "deployed"
	First   []manifest.Object // what lies in crds, which helm makes where nothing has its name
	Makes   []manifest.Object // and changes: hooks among them
	Deletes []manifest.Object
}

// Rules say what a hub may make beyond its namespace.
type Rules struct {
	Allowed []config.Allowed
	Of      string // whose settings these are: "hubops.yaml of origin/main and origin/staging"
	Counts  string // in which of these every entry counts, "hubops.yaml of origin/main": another branch's opens no namespace of others
	Unknown string // why nobody knows what is allowed, "" if that is known
}

// Check refuses a change that reaches beyond the namespace of the hub, unless the rules allow it.
func Check(ctx context.Context, server *api.Server, change Change, rules Rules) error {
	f := finder{server: server, at: change.At, release: slices.Concat(change.First, change.Makes, change.Deletes)}
	made, err := f.beyond(ctx, slices.Concat(change.First, change.Makes), manifest.Parts(change.Makes))
	if err != nil {
		return err
	}
	deleted, err := f.beyond(ctx, change.Deletes, f.release)
	if err != nil {
		return err
	}
	if deleted, err = f.others(ctx, deleted); err != nil {
		return err
	}
	refused := func(reach Reach) bool { return !rules.allow(change.At.Hub, reach) }
	made, deleted = only(made, refused), only(deleted, refused)
	if len(made)+len(deleted) == 0 {
		return nil
	}
	why := "which cluster.allow in " + rules.Of + " does not allow"
	if rules.Unknown != "" {
		why = rules.Unknown + ", so nobody knows what cluster.allow says"
	}
	return exit.Input("hub %s is not %s: it reaches beyond its namespace, %s: %s", change.At.Hub, change.Done, why, sentence(made, deleted)).
		Try("if that is meant, add to %s: cluster: {allow: [%s]}", cmp.Or(rules.Counts, config.File), entries(change.At.Hub, append(made, deleted...)))
}

func only(reaches []Reach, wanted func(Reach) bool) []Reach {
	return slices.DeleteFunc(reaches, func(r Reach) bool { return !wanted(r) })
}

// others leaves out what is to be deleted and is not there, or carries helm's marks of this very release: it has made that.
func (f finder) others(ctx context.Context, reaches []Reach) ([]Reach, error) {
	var others []Reach
	for _, reach := range reaches {
		ours, err := f.ours(ctx, reach.Object)
		if err != nil {
			return nil, exit.With(exit.Setup, fmt.Errorf("asking whose %s is: %w", reach, f.server.Plainly(err)))
		}
		if !ours {
			others = append(others, reach)
		}
	}
	return others, nil
}

func (f finder) ours(ctx context.Context, object manifest.Object) (bool, error) {
	live, there, err := f.live(ctx, object)
	if err != nil || !there {
		return !there, err
	}
	release, namespace := madeBy(live)
	return release == f.at.Release && namespace == f.at.Namespace, nil
}

// takes reports whether the object is a hook that takes the place of what another release has: helm deletes what has a hook's name, whosever
// that is, and "course-two" begins with "course-" too. What nobody has marked may be this release's own, by its hook before; what may not be seen may be
// anybody's. A part of the release itself helm does not make where another has it.
func (f finder) takes(ctx context.Context, object manifest.Object) (bool, error) {
	if !object.Hook.Runs() {
		return false, nil
	}
	live, there, err := f.live(ctx, object)
	if err != nil || !there {
		return false, err
	}
	release, namespace := madeBy(live)
	if release == "" { // as charts mark their hooks
		release, namespace = live.Labels["release"], f.at.Namespace
	}
	return live.Name == "" || release != "" && (release != f.at.Release || namespace != f.at.Namespace), nil
}

// madeBy is the release that helm's marks on an object name.
func madeBy(live api.Metadata) (release, namespace string) {
	return live.Annotations["meta.helm.sh/release-name"], live.Annotations["meta.helm.sh/release-namespace"]
}

// live asks for an object as the cluster has it. One that may not be seen is there, without anything; one of a kind that the cluster does not
// know is not, and helm cannot delete it either.
func (f finder) live(ctx context.Context, object manifest.Object) (found api.Metadata, there bool, err error) {
	path, known, err := f.server.PathOf(ctx, object.APIVersion, object.Kind, object.Namespace)
	if err != nil || !known {
		return found, false, err
	}
	var live struct {
		Metadata api.Metadata `json:"metadata"`
	}
	err = f.server.Ask(ctx, api.Request{Path: path + "/" + api.Segment(object.Name)}, &live)
	switch api.Code(err) {
	case http.StatusNotFound:
		return found, false, nil
	case http.StatusForbidden:
		return found, true, nil
	}
	return live.Metadata, true, err
}

// sentence names what is made and what is deleted.
func sentence(made, deleted []Reach) string {
	var parts []string
	for verb, reaches := range map[string][]Reach{"makes ": made, "deletes ": deleted} {
		var names []string
		for _, reach := range reaches {
			names = append(names, reach.String())
		}
		if len(names) > 0 {
			parts = append(parts, verb+strings.Join(names, ", "))
		}
	}
	slices.Sort(parts)
	slices.Reverse(parts) // what is made comes first
	return strings.Join(parts, "; ")
}
