package e2e

import (
	"encoding/json"
	"fmt"

	"github.com/rogpeppe/go-internal/testscript"
)

// trouble NAME FAILS MESSAGE [recovers] writes a hub without an image of its own, whose one pod fails in that way: see
// the sandbox's cluster/failures.yaml. Further templates can be laid beside it.
func trouble(ts *testscript.TestScript, _ bool, args []string) {
	name, annotations := args[0], map[string]string{}
	if len(args) > 1 && args[1] != "" {
		annotations["hub-ops.sandbox/fails"] = args[1]
	}
	if len(args) > 2 && args[2] != "" {
		annotations["hub-ops.sandbox/message"] = args[2]
	}
	if len(args) > 3 {
		annotations["hub-ops.sandbox/recovers"] = "yes"
	}
	values, err := json.Marshal(annotations)
	ts.Check(err)
	chart := "hub-charts/" + name + "/"
	writeFiles(ts, map[string]string{
		chart + "Chart.yaml":         "apiVersion: v2\nname: " + name + "\nversion: 0.1.0\n",
		chart + "values.yaml":        fmt.Sprintf("hub:\n  image: registry.example/%s:t1\npod: %s\n", name, values),
		chart + "templates/hub.yaml": troubleTemplate,
	})
}

const troubleTemplate = `apiVersion: apps/v1
kind: Deployment
metadata: {name: hub}
spec:
  paused: {{ default false .Values.paused }}
  selector: {matchLabels: {component: {{ default "hub" .Values.component }}}}
  template:
    metadata:
      labels: {component: {{ default "hub" .Values.component }}}
      annotations: {{ toJson .Values.pod }}
    spec:
      nodeSelector: {{ toJson (default dict .Values.nodeSelector) }}
      containers: [{name: hub, image: {{ .Values.hub.image | quote }}}]
`
