package e2e

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// trouble NAME [FAILS [MESSAGE [recovers] [KEY=VALUE...]]] writes a hub without an image of its own, whose one pod fails in that
// way: see the sandbox's cluster/failures.yaml, which has the keys too. Further templates can be laid beside it.
func trouble(ts *testscript.TestScript, _ bool, args []string) {
	name, annotations := args[0], map[string]string{}
	for i, key := range []string{"fails", "message"} {
		if i+1 < len(args) && args[i+1] != "" {
			annotations["hub-ops.sandbox/"+key] = args[i+1]
		}
	}
	for _, arg := range args[min(len(args), 3):] {
		key, value, found := strings.Cut(arg, "=")
		if !found {
			value = "yes"
		}
		annotations["hub-ops.sandbox/"+key] = value
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
