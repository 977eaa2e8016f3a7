package manifest

import (
	"bytes"
	"strings"

	"gopkg.in/yaml.v3"
)

// Claims names the PersistentVolumeClaims that an uninstall would delete: those that are not annotated to be kept.
func Claims(objects []Object) []string {
	var names []string
	for _, o := range objects {
		if o.Kind == "PersistentVolumeClaim" && !o.Kept() {
			names = append(names, o.Name)
		}
	}
	return names
}

// KeepAnnotation tells helm what to keep when it uninstalls: helm.sh/docs/howto/charts_tips_and_tricks.
const KeepAnnotation = "helm.sh/resource-policy"

// KeepClaims returns the manifest with every PersistentVolumeClaim annotated to be kept.
func KeepClaims(objects []Object) (string, error) {
	var out bytes.Buffer
	for _, o := range objects {
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

// Kept reports whether the chart wants the object to be kept when its release goes.
func (o Object) Kept() bool {
	return strings.EqualFold(o.Annotation(KeepAnnotation), "keep")
}

// Annotation is the value of one of the object's annotations, "" if it has none.
func (o Object) Annotation(name string) string {
	return valueAt(o.node, "metadata", "annotations", name)
}
