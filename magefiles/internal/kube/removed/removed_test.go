package removed

import (
	"strings"
	"testing"
)

func TestWhatIsMadeOfAPIsThatAreGone(t *testing.T) {
	of := func(chart, release string, own bool, version, kind string) Use {
		return Use{Chart: chart, Release: release, Own: own, Place: chart + "/templates/a.yaml", Version: version, Kind: kind}
	}
	old := func(version, kind string) Use { return of("jupyterhub", "0.8.2", false, version, kind) }
	for name, test := range map[string]struct {
		uses             []Use
		sentence, remedy string
	}{
		"nothing":               {nil, "", ""},
		"a kind of an operator": {[]Use{of("course", "0.1.0", true, "example.org/v1", "Thing")}, "", ""},
		"a newer one":           {[]Use{of("course", "0.1.0", true, "policy/v1", "PodDisruptionBudget")}, "", ""},
		"the public chart's": {
			[]Use{old("policy/v1beta1", "PodDisruptionBudget"), old("policy/v1beta1", "PodDisruptionBudget"), old("extensions/v1beta1", "Ingress")},
			"chart jupyterhub 0.8.2 makes PodDisruptionBudget of policy/v1beta1 (gone since 1.25, policy/v1 now; jupyterhub does without from 1.0.0 on), " +
				"Ingress of extensions/v1beta1 (gone since 1.22, networking.k8s.io/v1 now; jupyterhub does without from 0.11.0 on)",
			"take version 1.0.0 of chart jupyterhub, or a later one",
		},
		"its own": {
			[]Use{of("course", "0.1.0", true, "rbac.authorization.k8s.io/v1beta1", "Role")},
			"chart course 0.1.0 makes Role of rbac.authorization.k8s.io/v1beta1 (gone since 1.22, rbac.authorization.k8s.io/v1 now)",
			"write rbac.authorization.k8s.io/v1 into course/templates/a.yaml",
		},
		"without a successor": {
			[]Use{of("course", "0.1.0", true, "policy/v1beta1", "PodSecurityPolicy")},
			"chart course 0.1.0 makes PodSecurityPolicy of policy/v1beta1 (gone since 1.25, without a successor)", "take it out of course/templates/a.yaml",
		},
		"another chart's": {
			[]Use{of("grafana", "5.0.0", false, "extensions/v1beta1", "Ingress")},
			"chart grafana 5.0.0 makes Ingress of extensions/v1beta1 (gone since 1.22, networking.k8s.io/v1 now)", "take a version of chart grafana that is made for this cluster",
		},
		"of a release": {
			[]Use{{Place: "course/templates/a.yaml", Version: "batch/v1beta1", Kind: "CronJob"}},
			"course/templates/a.yaml makes CronJob of batch/v1beta1 (gone since 1.25, batch/v1 now)", "take a version of chart course/templates/a.yaml that is made for this cluster",
		},
	} {
		if got := Sentence(test.uses); got != test.sentence {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, test.sentence)
		}
		if got := Remedy(test.uses); got != test.remedy {
			t.Errorf("%s: the remedy is %q, want %q", name, got, test.remedy)
		}
	}
}

func TestWhatAChartMayMake(t *testing.T) {
	for version, want := range map[string]string{
		"0.7.0":  "apps/v1beta2 extensions/v1beta1 policy/v1beta1 rbac.authorization.k8s.io/v1beta1 scheduling.k8s.io/v1beta1",
		"0.8.2":  "extensions/v1beta1 policy/v1beta1 scheduling.k8s.io/v1beta1",
		"0.10.6": "extensions/v1beta1 policy/v1beta1 scheduling.k8s.io/v1beta1", "0.11.1": "policy/v1beta1", "v0.11.1": "policy/v1beta1",
		"1.0.0": "", "4.4.0": "", "^1": "", "": "",
	} {
		var got []string
		for _, use := range MayMake("jupyterhub", version) {
			if api, known := Of(use.Version, use.Kind); !known || api.Since == "" {
				t.Errorf("%s: nothing is known of %s %s", version, use.Version, use.Kind)
			}
			if text := use.Version; len(got) == 0 || got[len(got)-1] != text {
				got = append(got, text)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: got %q", version, got)
		}
	}
	if got := MayMake("grafana", "1.0.0"); got != nil {
		t.Errorf("got %v", got)
	}
}
