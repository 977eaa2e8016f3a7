package manifest

import (
	"slices"
	"testing"
)

func TestWhatARevisionAdds(t *testing.T) {
	old := parse(t, "kind: Service\napiVersion: v1\nmetadata: {name: hub}\n---\nkind: Deployment\napiVersion: apps/v1\nmetadata: {name: hub}\n---\nkind: Ingress\napiVersion: networking.k8s.io/v1beta1\nmetadata: {name: hub}\n")
	for text, want := range map[string][]string{
		"kind: Service\napiVersion: v1\nmetadata: {name: hub}\n":                                                                              nil,
		"kind: Ingress\napiVersion: networking.k8s.io/v1\nmetadata: {name: hub}\n":                                                            nil, // another version
		"kind: Service\napiVersion: serving.knative.dev/v1\nmetadata: {name: hub}\n":                                                          {"service.serving.knative.dev/hub"},
		"kind: Service\napiVersion: v1\nmetadata: {name: hub, namespace: elsewhere}\n":                                                        {"service/hub"},
		"kind: Service\napiVersion: v1\nmetadata: {name: other}\n":                                                                            {"service/other"},
		"kind: ConfigMap\napiVersion: v1\nmetadata: {name: hub}\n":                                                                            {"configmap/hub"},
		"kind: ConfigMap\napiVersion: v1\nmetadata: {name: a, annotations: {helm.sh/resource-policy: keep}}\n":                                nil,
		"kind: List\nitems: [{kind: Service, apiVersion: v1, metadata: {name: hub}}, {kind: Job, apiVersion: batch/v1, metadata: {name: a}}]": {"job.batch/a"},
		"": nil,
	} {
		var got []string
		for _, object := range Added(old, parse(t, text)) {
			got = append(got, object.Identity().Resource())
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}
