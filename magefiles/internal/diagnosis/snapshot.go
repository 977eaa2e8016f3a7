package diagnosis

import (
	"cmp"
	"slices"

	"hub-ops/magefiles/internal/layout"
)

// Snapshot is what a namespace holds at one moment.
type Snapshot struct {
	Objects    []*Object
	Terminates bool // the namespace itself is being deleted
	// Autoscaled says whether nodes are added when pods need them; unknown counts as yes.
	Autoscaled bool
	// Nodes are the cluster's, for what the scheduler does not say of them; nil if they are not known.
	Nodes []*Object
	// Hosts are the nodes of pods that are not ready, by name, as far as they are known.
	Hosts map[string]Host
	// Classes are the cluster's StorageClasses, for the advice; nil if they are not known.
	Classes []string
	// Volumes are the cluster's, for claims that no class makes one for; nil if they are not known.
	Volumes []*Object
	// Ends are the ends of containers that were seen so far.
	Ends Ends
}

// Scope is what is looked at, and since when.
type Scope struct {
	layout.Address // of the hub

	Own      bool      // only what belongs to the hub's release; or else all of the namespace that is of no other release
	Manifest Set       // what the release consists of; nil: it is not known yet, and the objects themselves tell
	Hooks    Set       // those of the release; nil: they are not known, and each hook counts
	Before   *Snapshot // what there was before the deploy, whose remains prove nothing; nil: nothing
	Applied  bool      // helm has put the new objects there: what has not changed by now will not
	Image    string    // repository of the hub's own image; "" if it has none
	Kubectl  string    // the beginning of each command that is advised
	Server   string    // the user whose server is looked at, and nothing else; "": the hub is, and no user's server
}

// Set is a set of objects, as String names them: deployment/hub.
type Set map[string]bool

// view is a snapshot with an index, in a scope.
type view struct {
	Scope
	Snapshot
	byUID  map[string]*Object
	before map[string]*Object
	events map[string][]*Object // by the UID of the object that they are about, the oldest first
}

func newView(s Snapshot, scope Scope) *view {
	v := &view{Scope: scope, Snapshot: s, byUID: map[string]*Object{}, before: map[string]*Object{}, events: map[string][]*Object{}}
	if scope.Before != nil {
		for _, o := range scope.Before.Objects {
			v.before[o.Metadata.UID] = o
		}
	}
	for _, o := range s.Objects {
		v.byUID[o.Metadata.UID] = o
		if o.Kind == "Event" && v.fresh(o) {
			v.events[o.InvolvedObject.UID] = append(v.events[o.InvolvedObject.UID], o)
		}
	}
	for _, events := range v.events {
		slices.SortStableFunc(events, func(a, b *Object) int {
			return cmp.Or(a.last().Compare(b.last()), cmp.Compare(a.Metadata.Name, b.Metadata.Name))
		})
	}
	return v
}

// fresh reports whether the object is new, or another than it was before.
func (v *view) fresh(o *Object) bool {
	old := v.before[o.Metadata.UID]
	return old == nil || old.Metadata.ResourceVersion != o.Metadata.ResourceVersion
}

// touched reports whether the object's spec was changed since before.
func (v *view) touched(o *Object) bool {
	old := v.before[o.Metadata.UID]
	return old == nil || old.Metadata.Generation != o.Metadata.Generation
}

// of lists the objects of the kinds, sorted by kind and name, without what is being deleted.
func (v *view) of(kinds ...string) []*Object {
	var found []*Object
	for _, o := range v.Objects {
		if slices.Contains(kinds, o.Kind) && o.Metadata.DeletionTimestamp == "" {
			found = append(found, o)
		}
	}
	slices.SortFunc(found, func(a, b *Object) int {
		return cmp.Or(cmp.Compare(slices.Index(kinds, a.Kind), slices.Index(kinds, b.Kind)), cmp.Compare(a.Metadata.Name, b.Metadata.Name))
	})
	return found
}

// lastEvent returns the newest event about an object with one of the reasons, or nil.
func (v *view) lastEvent(about *Object, reasons ...string) *Object {
	for _, event := range slices.Backward(v.events[about.Metadata.UID]) {
		if slices.Contains(reasons, event.Reason) {
			return event
		}
	}
	return nil
}

// workloadKinds are the kinds that make pods and that a deploy or a rollout answers for.
var workloadKinds = []string{"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"}

// workloads lists what makes pods, in the scope. ReplicaSets and Jobs that others made are left out.
func (v *view) workloads() []*Object {
	return slices.DeleteFunc(v.of(workloadKinds...), func(o *Object) bool {
		return o.controller() != nil || !v.ours(o) || guest(o.Spec.Template.Metadata.Labels)
	})
}

// ours reports whether an object is in the scope: of the hub's release, its hooks included, or, if the scope is the namespace, any that is of
// no other release.
func (v *view) ours(o *Object) bool {
	if o.hook() {
		return v.Hooks == nil || v.Hooks[o.String()]
	}
	return v.released(o) || !v.Own && !OfAnother(o, v.Release)
}

// OfAnother reports whether helm has made an object for another release than that one: hubs can share a namespace.
func OfAnother(o *Object, release string) bool {
	maker := o.Metadata.Annotations["meta.helm.sh/release-name"]
	return maker != "" && maker != release
}

// released reports whether an object is part of the hub's release.
func (v *view) released(o *Object) bool {
	if v.Manifest != nil {
		return v.Manifest[o.String()]
	}
	return o.Metadata.Annotations["meta.helm.sh/release-name"] == v.Release
}

// observed reports whether the controller has seen the newest version of a workload.
func observed(o *Object) bool { return o.Status.ObservedGeneration >= o.Metadata.Generation }

// owner finds the workload that a pod, or whatever makes its pods, belongs to, and whether to its newest revision.
func (v *view) owner(o *Object) (workload *Object, newest bool) {
	reference := o.controller()
	if reference == nil {
		return o, true
	}
	parent := v.byUID[reference.UID]
	if parent == nil {
		return nil, false
	}
	switch parent.Kind {
	case "ReplicaSet":
		deployment, newest := v.owner(parent)
		return deployment, newest
	case "Deployment": // o is one of its ReplicaSets
		const revision = "deployment.kubernetes.io/revision"
		return parent, observed(parent) && o.Metadata.Annotations[revision] == parent.Metadata.Annotations[revision]
	case "StatefulSet":
		return parent, observed(parent) && o.Metadata.Labels["controller-revision-hash"] == parent.Status.UpdateRevision
	case "DaemonSet":
		return parent, observed(parent) && o.Metadata.Labels["pod-template-generation"] == parent.Metadata.Annotations["deprecated.daemonset.template.generation"]
	case "Job":
		return parent, parent.controller() == nil // a CronJob's Job is not part of a deploy
	}
	return nil, false
}

// charted reports whether an object was made by a chart, and not by a person or a program.
func (v *view) charted(o *Object) bool {
	return o.hook() || v.released(o) || o.Metadata.Annotations["meta.helm.sh/release-name"] != ""
}

// counts reports whether what happens to an object of the workload is part of this deploy: the workload is in scope, and either it
// was changed, or helm has applied all changes.
func (v *view) counts(workload *Object) bool {
	if v.Server != "" {
		return workload != nil && workload.Kind == "Pod"
	}
	if workload == nil || !v.ours(workload) || guest(workload.Spec.Template.Metadata.Labels) || guest(workload.Metadata.Labels) {
		return false
	}
	if workload.Kind == "Pod" && !v.charted(workload) || workload.Kind == "Job" && !workload.hook() && !v.released(workload) {
		return false
	}
	return v.Applied || v.touched(workload)
}
