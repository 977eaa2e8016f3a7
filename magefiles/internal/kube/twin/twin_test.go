package twin

import (
	"strings"
	"testing"

	"hub-ops/magefiles/internal/kube/manifest"
	"hub-ops/magefiles/internal/layout"
)

const hub = "kind: Deployment\nmetadata: {name: hub}\n---\nkind: Service\nmetadata: {name: hub}\n---\nkind: PersistentVolumeClaim\nmetadata: {name: hub-db-dir}\n---\nkind: ConfigMap\nmetadata: {name: hub}\n---\nkind: ClusterRole\nmetadata: {name: RELEASE-user-scheduler}\n"

func ingress(host, path string) string {
	return "---\nkind: Ingress\nmetadata: {name: jupyterhub}\nspec: {rules: [{host: " + host + ", http: {paths: [{path: " + path + "}]}}]}\n"
}

func made(t *testing.T, name, text string, charts ...string) Release {
	t.Helper()
	objects, err := manifest.Parse(strings.ReplaceAll(text, "RELEASE", name), name)
	if err != nil {
		t.Fatal(err)
	}
	return Release{Address: layout.Plain(name), Charts: charts, Objects: objects}
}

func TestWhichReleaseIsTheSameHub(t *testing.T) {
	const atHost = "---\nkind: Service\nmetadata: {name: proxy-public}\nspec: {type: LoadBalancer, loadBalancerIP: 192.0.2.7}\n"
	for name, test := range map[string]struct {
		ours, theirs Release
		want         string
	}{
		"the same objects":            {made(t, "course", hub, "course", "jupyterhub"), made(t, "old", hub, "jupyterhub"), "is of the chart jupyterhub too, with the same objects"},
		"nearly the same":             {made(t, "course", hub, "jupyterhub"), made(t, "old", hub+"---\nkind: Secret\nmetadata: {name: more}\n", "jupyterhub"), "is of the chart jupyterhub too, with the same objects"},
		"another chart":               {made(t, "course", hub, "course"), made(t, "old", hub, "old"), ""},
		"other objects":               {made(t, "course", hub, "base"), made(t, "old", "kind: Deployment\nmetadata: {name: grafana}\n", "base"), ""},
		"the same address":            {made(t, "course", hub+ingress("x.org", "/a/"), "hub"), made(t, "old", ingress("x.org", "/a"), "hub"), "answers at x.org/a too"},
		"another path":                {made(t, "course", hub+ingress("x.org", "/a"), "hub"), made(t, "old", hub+ingress("x.org", "/b"), "hub"), ""},
		"another host":                {made(t, "course", hub+ingress("x.org", "/"), "hub"), made(t, "old", hub+ingress("y.org", "/"), "hub"), ""},
		"a reserved address":          {made(t, "course", hub+atHost, "hub"), made(t, "old", atHost, "hub"), "answers at 192.0.2.7 too"},
		"one of them says no address": {made(t, "course", hub+ingress("x.org", "/"), "hub"), made(t, "old", hub, "hub"), "is of the chart hub too, with the same objects"},
		"nothing at all":              {made(t, "course", "", "hub"), made(t, "old", "", "hub"), ""},
		"itself":                      {made(t, "course", hub, "hub"), made(t, "course", hub, "hub"), ""},
	} {
		if got := test.ours.Same(test.theirs); got != test.want {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

// Before its chart is rendered, a hub's values may say where it is to answer: then a release that answers elsewhere is another hub.
func TestWhichReleaseAnswersElsewhere(t *testing.T) {
	values := map[string]any{
		"jupyterhub": map[string]any{"ingress": map[string]any{"hosts": []any{"x.org"}}, "hub": map[string]any{"db": map[string]any{"host": "db.org"}}},
		"proxy":      map[string]any{"service": map[string]any{"loadBalancerIP": "192.0.2.7"}},
		"other":      map[string]any{"hosts": []any{map[string]any{"host": "y.org"}, 7}}, "list": []any{"z.org"},
	}
	hosts := Hosts(values)
	if got := strings.Join(hosts, " "); got != "192.0.2.7 x.org y.org" {
		t.Errorf("hosts %s", got)
	}
	for text, want := range map[string]bool{
		ingress("x.org", "/a"): false, ingress("w.org", "/"): true, hub: false,
		"---\nkind: Service\nmetadata: {name: p}\nspec: {loadBalancerIP: 192.0.2.7}\n": false,
	} {
		if got := made(t, "old", text, "hub").AnswersElsewhere(hosts); got != want || made(t, "old", text, "hub").AnswersElsewhere(nil) {
			t.Errorf("%s: %t", text, got)
		}
	}
}
