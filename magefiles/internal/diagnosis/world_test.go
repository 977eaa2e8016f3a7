package diagnosis

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/layout"
)

// objects reads YAML documents as the API server would have sent them.
func objects(t *testing.T, text string) []*Object {
	t.Helper()
	var all []*Object
	decoder := yaml.NewDecoder(strings.NewReader(text))
	for number := 0; ; number++ {
		var content map[string]any
		switch err := decoder.Decode(&content); {
		case errors.Is(err, io.EOF):
			return all
		case err != nil:
			t.Fatalf("%v in\n%s", err, text)
		case content == nil:
			continue
		}
		data, err := json.Marshal(content)
		if err != nil {
			t.Fatal(err)
		}
		object := new(Object)
		if err := json.Unmarshal(data, object); err != nil {
			t.Fatal(err)
		}
		if object.Metadata.Name == "" {
			object.Metadata.Name = fmt.Sprintf("object-%d", number)
		}
		if object.Metadata.UID == "" {
			object.Metadata.UID = object.Metadata.Name
		}
		all = append(all, object)
	}
}

// hubWith is a namespace with a Deployment that has just got a new ReplicaSet, and what else there is.
const deployment = `
kind: Deployment
metadata: {name: hub, uid: d, generation: 2, annotations: {meta.helm.sh/release-name: course, deployment.kubernetes.io/revision: "2"}}
spec: {replicas: 1}
status: {observedGeneration: 2, replicas: 2, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1}
---
kind: ReplicaSet
metadata: {name: hub-1, uid: rs1, annotations: {deployment.kubernetes.io/revision: "1"}, ownerReferences: [{kind: Deployment, uid: d, controller: true}]}
---
kind: ReplicaSet
metadata: {name: hub-2, uid: rs2, annotations: {deployment.kubernetes.io/revision: "2"}, ownerReferences: [{kind: Deployment, uid: d, controller: true}]}
---
`

// newPod is a pod of the new ReplicaSet, with a status.
func newPod(status string) string { return podOf("hub-2-x", "ReplicaSet", "rs2", status) }

// oldPod is one of the ReplicaSet before.
func oldPod(status string) string { return podOf("hub-1-x", "ReplicaSet", "rs1", status) }

func podOf(name, kind, owner, status string) string {
	return fmt.Sprintf(`
kind: Pod
metadata: {name: %s, uid: %s, labels: {component: hub}, ownerReferences: [{kind: %s, uid: %s, controller: true}]}
spec: {containers: [{name: hub, image: "registry.example/hub:1", resources: {limits: {memory: 512Mi}}}]}
status: %s
---
`, name, name, kind, owner, status)
}

// waiting is a pod status with one container that waits.
func waiting(reason, message string) string {
	return fmt.Sprintf(`{phase: Pending, containerStatuses: [{name: hub, image: "registry.example/hub:1", state: {waiting: {reason: %s, message: %q}}}]}`, reason, message)
}

func event(about, reason, message string) string {
	return fmt.Sprintf(`
kind: Event
metadata: {name: %s-%s}
involvedObject: {uid: %s}
reason: %s
message: %q
---
`, about, strings.ToLower(reason), about, reason, message)
}

var scope = Scope{Address: layout.Plain("course"), Own: true, Kubectl: "kubectl"}

// verdicts is one line a verdict: its certainty, name, and words.
func verdicts(found []Verdict) string {
	var lines []string
	for _, verdict := range found {
		word := map[Certainty]string{Proven: "proven", Certain: "fails", Network: "network", Scheduler: "scheduler", Waits: "waits"}[verdict.Certainty]
		lines = append(lines, word+" "+verdict.Name+" | "+verdict.String())
	}
	return strings.Join(lines, "\n")
}
