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

// keepAnnotation tells helm what to keep when it uninstalls: helm.sh/docs/howto/charts_tips_and_tricks.
const keepAnnotation = "helm.sh/resource-policy"

// KeepClaims returns the manifest with every PersistentVolumeClaim annotated to be kept.
func KeepClaims(objects []Object) (string, error) {
	var out bytes.Buffer
	for _, o := range objects {
		if o.Kind == "PersistentVolumeClaim" {
			set(o.node, "keep", "metadata", "annotations", keepAnnotation)
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
	return strings.EqualFold(valueAt(o.node, "metadata", "annotations", keepAnnotation), "keep")
}
