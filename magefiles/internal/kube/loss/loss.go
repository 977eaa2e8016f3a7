// Package loss finds what a change of a release would delete that nothing brings back: claims that are bound, with the data on
// them, and all workloads of a hub. The objects of the release before and after the change go in, and the cluster is asked what
// there really is; a Loss comes out. Package release asks for it before each deploy and each rollback.
//
//	found, err := loss.Find(ctx, client, "course", loss.Change{Before: before, After: after, Action: manifest.Upgrade})
//	found.String() // "claim hub-db-dir (10Gi), and all of its workloads: Deployment/hub"
//
// helm deletes what the release had and has no longer, unless the object in the cluster is annotated to be kept; a controller
// then deletes what belonged to it.
package loss

import (
	"context"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/kube/api"
	"hub-ops/magefiles/internal/kube/manifest"
	"hub-ops/magefiles/internal/layout"
)

// Change is what helm is to do to a release.
type Change struct {
	Before []manifest.Object // of the release as helm compares with it, hooks among them
	After  []manifest.Object // so too; none if the release is removed
	Action manifest.Action
}

// Loss is what a change would delete for good.
type Loss struct {
	Data      []string // bound claims and volumes, each with its size and what it goes with
	Workloads []string // all of them; nil if the hub keeps one
}

// Empty reports whether nothing is lost.
func (l Loss) Empty() bool { return len(l.Data) == 0 && len(l.Workloads) == 0 }

// String names everything.
func (l Loss) String() string {
	parts := slices.Clone(l.Data)
	if len(l.Workloads) > 0 {
		parts = append(parts, "all of its workloads: "+strings.Join(l.Workloads, ", "))
	}
	return strings.Join(parts, ", and ")
}

// Find asks the cluster what the change of a hub's release would delete for good.
func Find(ctx context.Context, client *kube.Client, at layout.Address, change Change) (Loss, error) {
	f := finder{client: client, at: at, owners: map[string][]api.Owner{}}
	replaced := slices.DeleteFunc(manifest.Replaced(change.After, change.Action), func(o manifest.Object) bool { return !o.HoldsData() })
	var err error
	if f.gone, err = f.present(ctx, append(manifest.Gone(change.Before, change.After), replaced...)); err != nil {
		return Loss{}, err
	}
	f.shrinks(manifest.Parts(change.Before), manifest.Parts(change.After))
	var found Loss
	if found.Data, err = f.data(ctx); err != nil {
		return Loss{}, err
	}
	found.Workloads = f.workloads(manifest.Parts(change.After))
	return found, nil
}

// workloads names all workloads that go, if the hub has none afterwards.
func (f *finder) workloads(after []manifest.Object) []string {
	if slices.ContainsFunc(after, manifest.Object.RunsPods) {
		return nil
	}
	var names []string
	for _, o := range f.gone {
		if o.RunsPods() {
			names = append(names, o.Identity().String())
		}
	}
	return names
}
