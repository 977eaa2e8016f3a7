package manifest

import (
	"strings"
	"testing"
)

func TestWhatWantsPods(t *testing.T) {
	const hub = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: hub}\nspec: {replicas: 1}\n"
	for name, test := range map[string]struct {
		text string
		want bool
	}{
		"a Deployment":         {hub, true},
		"by default one":       {strings.Replace(hub, "{replicas: 1}", "{}", 1), true},
		"a StatefulSet":        {strings.Replace(hub, "Deployment", "StatefulSet", 1), true},
		"scaled to nothing":    {strings.Replace(hub, "replicas: 1", "replicas: 0", 1), false},
		"of another namespace": {strings.Replace(hub, "{name: hub}", "{name: hub, namespace: other}", 1), false},
		"a Job":                {"apiVersion: batch/v1\nkind: Job\nmetadata: {name: hub}\n", false},
		"nothing":              {"", false},
	} {
		objects, err := Parse(test.text, "course")
		if err != nil {
			t.Fatal(err)
		}
		if got := WantsPods(objects, "course"); got != test.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}
