package manifest

import (
	"cmp"
	"slices"
	"strconv"

	"hub-ops/magefiles/internal/yamlnode"
)

// Gone returns the objects of a release that the other set has not: those that helm deletes when it goes from one to the other. It
// deletes no hook that is gone, and does delete what has become a hook.
func Gone(before, after []Object) []Object {
	is := index(after)
	return slices.DeleteFunc(Parts(before), func(o Object) bool {
		_, stays := is[o.place()]
		return stays
	})
}

// RunsPods reports whether the object is a workload: a pod, or what has a template for pods.
func (o Object) RunsPods() bool {
	return o.Kind == "Pod" || yamlnode.At(o.node, "spec", "template", "spec", "containers") != nil ||
		yamlnode.At(o.node, "spec", "jobTemplate", "spec", "template", "spec", "containers") != nil
}

// Defines returns the group and kind that a CustomResourceDefinition defines; "" for any other object.
func (o Object) Defines() (group, kind string) {
	if o.Kind != "CustomResourceDefinition" {
		return "", ""
	}
	return valueAt(o.node, "spec", "group"), valueAt(o.node, "spec", "names", "kind")
}

// DefinesNamespaced reports whether objects of the kind that a CustomResourceDefinition defines are in namespaces.
func (o Object) DefinesNamespaced() bool { return valueAt(o.node, "spec", "scope") == "Namespaced" }

// HoldsData reports whether claims go with the object: a claim, a namespace, a StatefulSet that deletes its claims with itself.
func (o Object) HoldsData() bool {
	return o.Kind == "PersistentVolumeClaim" || o.Kind == "Namespace" ||
		o.Kind == "StatefulSet" && valueAt(o.node, "spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted") == "Delete"
}

// Scale is how many pods a StatefulSet has, and what becomes of their claims.
type Scale struct {
	Templates    []string // names of its volumeClaimTemplates
	First        int      // ordinal of the first pod
	Replicas     int
	DeleteClaims bool // those of pods that are no longer wanted
}

// Scale returns the scale of a StatefulSet; false for any other object.
func (o Object) Scale() (Scale, bool) {
	if o.Kind != "StatefulSet" {
		return Scale{}, false
	}
	number := func(text string) int { n, _ := strconv.Atoi(text); return n }
	scale := Scale{
		Replicas:     number(cmp.Or(valueAt(o.node, "spec", "replicas"), "1")),
		First:        number(valueAt(o.node, "spec", "ordinals", "start")),
		DeleteClaims: valueAt(o.node, "spec", "persistentVolumeClaimRetentionPolicy", "whenScaled") == "Delete",
	}
	if templates := yamlnode.At(o.node, "spec", "volumeClaimTemplates"); templates != nil {
		for _, template := range templates.Content {
			scale.Templates = append(scale.Templates, valueAt(template, "metadata", "name"))
		}
	}
	return scale, true
}
