package release

import (
	"errors"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/kube/removed"
	"hub-ops/magefiles/internal/layout"
)

var course = layout.Address{Hub: "course", Namespace: "courses", Release: "course-prod"}

// What the chart makes is told before what the release holds: mending the chart comes first.
func TestAChartOrAReleaseThatIsTooOld(t *testing.T) {
	use := removed.Use{Chart: "jupyterhub", Release: "0.11.1", Place: "course/charts/jupyterhub/templates/a.yaml", Version: "policy/v1beta1", Kind: "PodDisruptionBudget"}
	held := use
	held.Chart, held.Release = "", ""
	for name, test := range map[string]struct {
		made, held []removed.Use
		want       string
	}{
		"neither":     {nil, nil, ""},
		"the chart":   {[]removed.Use{use}, []removed.Use{held}, "hub course is made for an older Kubernetes than v1.37.2: chart jupyterhub 0.11.1 makes PodDisruptionBudget of policy/v1beta1 (gone since 1.25, policy/v1 now; jupyterhub does without from 1.0.0 on); take version 1.0.0 of chart jupyterhub, or a later one"},
		"the release": {nil, []removed.Use{held}, "the release of hub course was made for an older Kubernetes than v1.37.2, so helm cannot compare it: it holds objects of APIs that are gone: course/charts/jupyterhub/templates/a.yaml makes PodDisruptionBudget of policy/v1beta1 (gone since 1.25, policy/v1 now); rewrite the record of the release with helm's plugin mapkubeapis: helm mapkubeapis course-prod --namespace courses"},
	} {
		err := tooOld(course, "v1.37.2", test.made, test.held)
		if (err == nil) != (test.want == "") || err != nil && (err.Error() != test.want || !errors.Is(err, removed.ErrOutdated)) {
			t.Errorf("%s: got %v", name, err)
		}
		if err != nil && strings.Count(err.Error(), "made for an older Kubernetes") != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
}
