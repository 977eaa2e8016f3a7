package diagnosis

import (
	"reflect"
	"testing"
)

func TestNewPodsAreThoseThatCameWithTheChange(t *testing.T) {
	pod := func(name string, ready string) *Object {
		return &Object{
			Kind: "Pod", Metadata: Metadata{Name: name, UID: name, OwnerReferences: []Reference{{Kind: "StatefulSet", UID: "set", Controller: true}}, Labels: map[string]string{"controller-revision-hash": "2"}},
			Status: Status{Conditions: []Condition{{Type: "PodScheduled", Status: "True"}, {Type: "Ready", Status: ready}}},
		}
	}
	set := &Object{Kind: "StatefulSet", Metadata: Metadata{Name: "hub", UID: "set", Annotations: map[string]string{"meta.helm.sh/release-name": "a"}}, Status: Status{UpdateRevision: "2"}}
	old := pod("hub-0", "True")
	scope := Scope{Own: false, Applied: true, Before: &Snapshot{Objects: []*Object{old, set}}}
	scope.Release, scope.Namespace = "a", "a"
	got := NewPods(Snapshot{Objects: []*Object{set, old, pod("hub-2", "False"), pod("hub-1", "True")}}, scope)
	if want := []NewPod{{"hub-1", true, true}, {"hub-2", true, false}}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	scope.Server = "ann"
	if got := NewPods(Snapshot{Objects: []*Object{set, pod("hub-1", "True")}}, scope); got != nil {
		t.Errorf("of a user's server: %v", got)
	}
}
