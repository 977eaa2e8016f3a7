package manifest

import (
	"strings"
	"testing"
)

const madeUpEachTime = `
apiVersion: v1
kind: Secret
metadata: {name: hub}
data: {token: TOKEN, mail: bWFpbA==}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: hub}
spec:
  replicas: REPLICAS
  template:
    metadata: {annotations: {checksum/secret: SUM}}
    spec: {containers: [{name: hub, args: [--salt, SALT, --level, LEVEL]}]}
`

func rendering(t *testing.T, pairs ...string) []Object {
	t.Helper()
	objects, err := Parse(strings.NewReplacer(pairs...).Replace(madeUpEachTime), "course")
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

// What a chart makes up is no difference, and restarts nothing. What somebody has changed beside it is one.
func TestWhatAChartMakesUpIsNoDifference(t *testing.T) {
	before := rendering(t, "TOKEN", "YQ==", "SUM", "1a", "SALT", "s1", "REPLICAS", "1", "LEVEL", "info")
	again := rendering(t, "TOKEN", "Yg==", "SUM", "2b", "SALT", "s2", "REPLICAS", "1", "LEVEL", "info")
	same := rendering(t, "TOKEN", "Yw==", "SUM", "3c", "SALT", "s3", "REPLICAS", "1", "LEVEL", "info")
	Steady(before, again, same)
	if changes := Diff(before, same); len(changes) > 0 {
		t.Errorf("nothing was changed: %+v", changes)
	}
	before = rendering(t, "TOKEN", "YQ==", "SUM", "1a", "SALT", "s1", "REPLICAS", "1", "LEVEL", "info")
	changed := rendering(t, "TOKEN", "Yw==", "SUM", "3c", "SALT", "s3", "REPLICAS", "2", "LEVEL", "debug")
	Steady(before, again, changed)
	impact, changes := Impact(before, changed), Diff(before, changed)
	if len(changes) != 1 || !strings.Contains(changes[0].Diff, "+    replicas: 2") || !strings.Contains(changes[0].Diff, "debug") || strings.Contains(changes[0].Diff, "3c") {
		t.Errorf("got %+v", changes)
	}
	if !strings.HasPrefix(impact, "hub restarts") {
		t.Errorf("got %s", impact)
	}
}

// Objects and parts that one of the sets lacks stay as they are.
func TestWhatIsNotInAllRenderingsStays(t *testing.T) {
	before := rendering(t, "TOKEN", "YQ==", "SUM", "1a", "SALT", "s1", "REPLICAS", "1", "LEVEL", "info")
	again := rendering(t, "TOKEN", "Yg==", "SUM", "2b", "SALT", "s2", "REPLICAS", "1", "LEVEL", "info")
	Steady(before, again[:1], nil)
	Steady(before, nil, again)
	Steady(nil, before, again)
	if text := before[1].text(); !strings.Contains(text, "s1") || !strings.Contains(text, "1a") {
		t.Errorf("it was changed: %s", text)
	}
}
