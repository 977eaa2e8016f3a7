package helm

import (
	"testing"

	"hub-ops/magefiles/internal/kube/manifest"
)

// A file in crds can say that a template renders it, and a hook there is none: helm makes whatever lies in crds.
func TestWhatLiesInCRDsSaysNotWhereItLies(t *testing.T) {
	const (
		object   = "kind: Thing\nmetadata: {name: a}\n"
		hidden   = "# Source: course/templates/x.yaml\n" + object + "---\n# Source: course/templates/y.yaml\nkind: Thing\nmetadata: {name: b, annotations: {helm.sh/hook: pre-install}}\n"
		template = "kind: Pod\nmetadata: {name: c}\n"
	)
	out := "---\n# Source: course/crds/all.yaml\n" + hidden + "---\n# Source: course/templates/x.yaml\n" + template
	rendered, crds, err := divide(out, hidden+"\n")
	if err != nil {
		t.Fatal(err)
	}
	objects, err := manifest.Parse(crds, "course")
	if err != nil || len(objects) != 2 || objects[0].Name != "a" || objects[1].Name != "b" {
		t.Errorf("crds: got %v, %v", objects, err)
	}
	if objects, err = rendered.Objects("course"); err != nil || len(objects) != 1 || objects[0].Name != "c" {
		t.Errorf("templates: got %v, %v", objects, err)
	}
}
