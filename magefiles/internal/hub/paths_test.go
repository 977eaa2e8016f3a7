package hub

import (
	"slices"
	"testing"

	"hub-ops/magefiles/internal/chart"
)

func TestPathsOfAnImageWhereTheChartIsJupyterHubItself(t *testing.T) {
	paths := []string{"jupyterhub.singleuser.image.name", "other.image"}
	jupyterhub := chart.Dependency{Name: "jupyterhub"}
	for name, test := range map[string]struct {
		hub  Hub
		want string
	}{
		"a chart that depends on it":             {Hub{Chart: chart.Chart{Name: "course", Dependencies: []chart.Dependency{jupyterhub}}}, paths[0]},
		"the published chart":                    {Hub{Published: &jupyterhub, Chart: chart.Chart{Name: "jupyterhub", Dependencies: []chart.Dependency{jupyterhub}}}, "singleuser.image.name"},
		"its chart in the repository":            {Hub{Chart: chart.Chart{Name: "jupyterhub"}}, "singleuser.image.name"},
		"one of its name that depends on it too": {Hub{Chart: chart.Chart{Name: "jupyterhub", Dependencies: []chart.Dependency{jupyterhub}}}, paths[0]},
	} {
		if got := test.hub.ImagePaths(paths); !slices.Equal(got, []string{test.want, "other.image"}) {
			t.Errorf("%s: %q", name, got)
		}
	}
	if paths[0] != "jupyterhub.singleuser.image.name" {
		t.Error("the setting has changed")
	}
}
