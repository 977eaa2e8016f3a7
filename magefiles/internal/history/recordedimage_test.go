package history

import (
	"reflect"
	"strings"
	"testing"
)

func TestImagesOfRevisions(t *testing.T) {
	for tag, want := range map[string]RecordedImage{
		"t0123456789ab": {Known: true, Tags: []string{"t0123456789ab", "t1"}},
		"none":          {Known: true, Tags: []string{"none", "t1"}},
		"":              {},
	} {
		want.Release, want.Revision = "hub-a", 12
		labels := map[string]string{"name": "hub-a", "owner": "helm", "status": "superseded", "version": "12"}
		if tag != "" {
			labels["hub-ops.image-tag"], labels["hub-ops.image.r"], labels["hub-ops.image.gone"] = tag, "t1."+strings.Repeat("1", 32), None
		}
		images, err := ReadImages([]Secret{{Namespace: "hub-a", Labels: labels}})
		if err != nil || len(images) != 1 || !reflect.DeepEqual(images[0], want) {
			t.Errorf("%s: %+v, %v", labels, images, err)
		}
	}
	for _, labels := range []map[string]string{{"version": "12"}, {"name": "hub-a"}, nil, {"name": "hub-a", "version": "x"}} {
		_, err := ReadImages([]Secret{{Namespace: "n", Name: "odd", Labels: labels}})
		if err == nil || !strings.Contains(err.Error(), "cannot be read: secret odd of namespace n") {
			t.Errorf("%s: %v", labels, err)
		}
	}
}
