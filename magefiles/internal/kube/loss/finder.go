package loss

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube"
	"hub-ops/magefiles/internal/kube/api"
	"hub-ops/magefiles/internal/kube/manifest"
	"hub-ops/magefiles/internal/layout"
)

// finder finds the loss of one change.
type finder struct {
	client *kube.Client
	at     layout.Address
	gone   []manifest.Object      // that the cluster has, and that helm will delete
	scaled []string               // namespace/name of the claims of pods that a StatefulSet no longer wants
	owners map[string][]api.Owner // of objects that were asked about
}

// live is what is asked of an object in the cluster.
type live struct {
	Metadata api.Metadata `json:"metadata"`
	Spec     struct {
		Capacity struct {
			Storage string `json:"storage"`
		} `json:"capacity"`
	} `json:"spec"`
	Status struct {
		Phase string `json:"phase"`
	} `json:"status"`
}

// present returns those of the objects that the cluster has and that are not annotated there to be kept. What may not be looked at
// counts as there.
func (f *finder) present(ctx context.Context, objects []manifest.Object) ([]manifest.Object, error) {
	var there []manifest.Object
	for _, o := range objects {
		object, found, err := f.ask(ctx, o.APIVersion, o.Kind, o.Namespace, o.Name)
		if err != nil {
			return nil, err
		}
		if found && !manifest.KeptByUpgrade(object.Metadata.Annotations[manifest.KeepAnnotation]) {
			there = append(there, o)
		}
	}
	return there, nil
}

// ask gets an object; found is also true for one that this account may not see.
func (f *finder) ask(ctx context.Context, version, kind, namespace, name string) (object live, found bool, err error) {
	path, known, err := f.client.PathOf(ctx, version, kind, namespace)
	if err == nil && known && name != "" {
		err = f.client.Ask(ctx, api.Request{Path: path + "/" + api.Segment(name)}, &object)
		found = true
	}
	switch api.Code(err) {
	case http.StatusNotFound:
		return object, false, nil
	case http.StatusForbidden:
		return object, true, nil
	}
	if err != nil {
		err = exit.With(exit.Setup, fmt.Errorf("looking for what a change of hub %s would delete: %w", f.at.Hub, f.client.Plainly(err)))
	}
	return object, found, err
}

// shrinks notes the claims that a StatefulSet deletes because it is to have fewer pods.
func (f *finder) shrinks(before, after []manifest.Object) {
	for _, now := range after {
		is, stateful := now.Scale()
		at := slices.IndexFunc(before, func(o manifest.Object) bool { return o.Identity() == now.Identity() })
		if !stateful || !is.DeleteClaims || at < 0 {
			continue
		}
		was, _ := before[at].Scale()
		for ordinal := was.First; ordinal < was.First+was.Replicas; ordinal++ {
			if ordinal >= is.First && ordinal < is.First+is.Replicas {
				continue
			}
			for _, template := range was.Templates {
				f.scaled = append(f.scaled, fmt.Sprintf("%s/%s-%s-%d", now.Namespace, template, now.Name, ordinal))
			}
		}
	}
}

// data names the bound claims and volumes that go.
func (f *finder) data(ctx context.Context) ([]string, error) {
	if len(f.gone) == 0 && len(f.scaled) == 0 {
		return nil, nil
	}
	var names []string
	for _, namespace := range f.namespaces() {
		claims, err := f.claims(ctx, namespace)
		if err != nil {
			return nil, err
		}
		for _, claim := range claims {
			with, goes, err := f.goes(ctx, namespace, claim)
			if err != nil {
				return nil, err
			}
			if goes {
				names = append(names, "claim "+f.nameOf(namespace, claim)+with)
			}
		}
	}
	volumes, err := f.volumes(ctx)
	return append(names, volumes...), err
}

// claims lists those of a namespace. Where this account may not list them, those that go by themselves count as bound.
func (f *finder) claims(ctx context.Context, namespace string) ([]kube.Claim, error) {
	at := f.at
	at.Namespace = namespace
	claims, err := f.client.Claims(ctx, at)
	if api.Code(err) != http.StatusForbidden {
		return claims, err
	}
	for _, o := range f.gone {
		if o.Kind == "PersistentVolumeClaim" && o.Namespace == namespace {
			claims = append(claims, kube.Claim{Name: o.Name, Size: "of a size that this account may not see", Bound: true})
		}
	}
	return claims, nil
}

// namespaces lists those whose claims could go: the hub's own, those of objects that go, and namespaces that go themselves.
func (f *finder) namespaces() []string {
	names := []string{f.at.Namespace}
	for _, o := range f.gone {
		name := o.Namespace
		if o.Kind == "Namespace" {
			name = o.Name
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

func (f *finder) nameOf(namespace string, claim kube.Claim) string {
	if namespace == f.at.Namespace {
		return claim.String()
	}
	return claim.String() + " of namespace " + namespace
}

// goes reports whether a bound claim goes, and with what, as " with StatefulSet/db"; "" if by itself.
func (f *finder) goes(ctx context.Context, namespace string, claim kube.Claim) (with string, goes bool, err error) {
	if !claim.Bound {
		return "", false, nil
	}
	for _, o := range f.gone {
		switch {
		case o.Kind == "Namespace" && o.Name == namespace:
			return " with Namespace/" + namespace, true, nil
		case o.Kind == "PersistentVolumeClaim" && o.Namespace == namespace && o.Name == claim.Name:
			return "", true, nil
		}
	}
	if slices.Contains(f.scaled, namespace+"/"+claim.Name) {
		return " of a pod that its StatefulSet no longer wants", true, nil
	}
	with, err = f.goesWith(ctx, namespace, claim.Owners, mostOwners)
	return with, with != "", err
}

// mostOwners limits how far an owner's owners are followed.
const mostOwners = 8

// goesWith says which of the owners, or of theirs, goes.
func (f *finder) goesWith(ctx context.Context, namespace string, owners []api.Owner, deep int) (string, error) {
	for _, owner := range owners {
		if at := slices.IndexFunc(f.gone, func(o manifest.Object) bool { return isOwner(o, namespace, owner) }); at >= 0 {
			return " with " + f.gone[at].Identity().String(), nil
		}
		if deep == 0 {
			continue
		}
		theirs, err := f.ownersOf(ctx, namespace, owner)
		if err != nil {
			return "", err
		}
		if cause, err := f.goesWith(ctx, namespace, theirs, deep-1); err != nil || cause != "" {
			return cause, err
		}
	}
	return "", nil
}

// isOwner reports whether the object is the owner, or defines its kind.
func isOwner(o manifest.Object, namespace string, owner api.Owner) bool {
	group, _, found := strings.Cut(owner.APIVersion, "/")
	if !found {
		group = ""
	}
	if definedGroup, definedKind := o.Defines(); definedKind != "" && definedGroup == group && definedKind == owner.Kind {
		return true
	}
	return o.Identity() == manifest.Identity{Group: group, Kind: owner.Kind, Namespace: namespace, Name: owner.Name}
}

func (f *finder) ownersOf(ctx context.Context, namespace string, owner api.Owner) ([]api.Owner, error) {
	key := strings.Join([]string{namespace, owner.APIVersion, owner.Kind, owner.Name}, " ")
	if known, asked := f.owners[key]; asked {
		return known, nil
	}
	object, _, err := f.ask(ctx, owner.APIVersion, owner.Kind, namespace, owner.Name)
	f.owners[key] = object.Metadata.Owners
	return object.Metadata.Owners, err
}

// volumes names the volumes of the release that are bound and go.
func (f *finder) volumes(ctx context.Context) ([]string, error) {
	var names []string
	for _, o := range f.gone {
		if o.Kind != "PersistentVolume" {
			continue
		}
		volume, found, err := f.ask(ctx, o.APIVersion, o.Kind, o.Namespace, o.Name)
		if err != nil {
			return nil, err
		}
		if found && volume.Status.Phase == "Bound" {
			names = append(names, fmt.Sprintf("volume %s (%s), which is bound", o.Name, volume.Spec.Capacity.Storage))
		}
	}
	return names, nil
}
