package manifest

import (
	"bytes"
	"strings"

	"gopkg.in/yaml.v3"
)

// Claims names the PersistentVolumeClaims that an uninstall would delete: those that are not annotated to be kept.
func Claims(objects []Object) []string {
	var names []string
	for _, o := range Parts(objects) {
		if o.Kind == "PersistentVolumeClaim" && !o.Kept() {
			names = append(names, o.Name)
		}
	}
	return names
}

// KeepAnnotation tells helm what to keep when it uninstalls: helm.sh/docs/howto/charts_tips_and_tricks.
const KeepAnnotation = "helm.sh/resource-policy"

// KeepClaims returns the manifest of a release, which holds no hooks, with every PersistentVolumeClaim annotated to be kept.
func KeepClaims(objects []Object) (string, error) {
	var out bytes.Buffer
	for _, o := range Parts(objects) {
		if o.Kind == "PersistentVolumeClaim" {
			set(o.node, "keep", "metadata", "annotations", KeepAnnotation)
		}
		text, err := yaml.Marshal(o.node)
		if err != nil {
			return "", err
		}
		out.WriteString("---\n" + string(text))
	}
	return out.String(), nil
}

// Kept reports whether the chart wants the object to be kept when its release goes, as helm reads that: pkg/action/resource_policy.go.
// An upgrade reads it otherwise: see KeptByUpgrade.
func (o Object) Kept() bool {
	return strings.EqualFold(strings.TrimSpace(o.Annotation(KeepAnnotation)), "keep")
}

// KeptByUpgrade reports whether an upgrade or a rollback leaves an object that is there, with this annotation, and that the chart renders no
// longer. helm compares letter by letter then (pkg/kube/client.go): what is annotated Keep is deleted.
func KeptByUpgrade(annotation string) bool { return annotation == "keep" }

// Annotation is the value of one of the object's annotations, "" if it has none.
func (o Object) Annotation(name string) string {
	return valueAt(o.node, "metadata", "annotations", name)
}
