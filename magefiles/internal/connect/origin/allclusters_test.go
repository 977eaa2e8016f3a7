package origin

import (
	"slices"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/exit"
)

// Hubs of several branches can have the same images, on clusters that only one of the branches names.
func TestEveryClusterOfEveryBranchIsAsked(t *testing.T) {
	const (
		owners = "branches: {main: ['*'], staging: [a]}\n"
		lab    = owners + "clusters: {lab: {server: 'https://192.0.2.7'}}\n"
		both   = owners + "clusters: {lab: {server: 'https://192.0.2.7'}, west: {server: 'https://192.0.2.8'}}\n"
		moved  = owners + "clusters: {lab: {server: 'https://192.0.2.9'}}\n"
		gke    = owners + "cluster: {provider: gke, project: p, zone: z, name: one}\n"
		two    = owners + "cluster: {provider: gke, project: p, zone: z, name: two}\n"
		named  = owners + "cluster: {provider: gke, project: p, zone: z}\nclusters: {x: {name: one}, y: {name: two}}\n"
	)
	inStaging := slices.Concat(onTravis[:4], []string{"TRAVIS_BRANCH=staging"})
	for name, test := range map[string]struct {
		own     string
		origin  map[string]string
		environ []string
		want    string // in the error; "" for none
	}{
		"none is named":                     {owners, map[string]string{"main": owners, "staging": owners}, nil, ""},
		"the same":                          {both, map[string]string{"main": both, "staging": lab}, nil, ""},
		"one that main alone has":           {lab, map[string]string{"main": both, "staging": lab}, nil, "hubops.yaml of origin/main names the cluster west, which this checkout does not"},
		"in a push to staging":              {lab, map[string]string{"main": both, "staging": lab}, inStaging, "origin/main names the cluster west"},
		"one that staging alone has":        {lab, map[string]string{"main": lab, "staging": both}, nil, "hubops.yaml of origin/staging names the cluster west"},
		"what a branch says that owns none": {lab, map[string]string{"main": lab, "staging": lab, "other": both}, nil, ""},
		"another server":                    {lab, map[string]string{"main": moved}, nil, "origin/main names the cluster lab"},
		"other coordinates":                 {two, map[string]string{"main": gke, "staging": two}, nil, "origin/main names the cluster gke_p_z_one"},
		"by a variable":                     {gke, map[string]string{"main": gke}, []string{"CLUSTER_NAME=other"}, "names the cluster gke_p_z_one"},
		"called otherwise":                  {named, map[string]string{"main": gke, "staging": two}, nil, ""},
		"a cloud's beside a kubeconfig's":   {lab, map[string]string{"main": lab, "staging": two}, nil, "origin/staging names the cluster gke_p_z_two"},
		"no origin":                         {lab, nil, nil, ""},
		"an unknown origin":                 {lab, map[string]string{"staging": lab}, nil, "git remote set-head origin --auto"},
	} {
		t.Run(name, func(t *testing.T) {
			o := checkout(t, test.own, test.origin, append([]string{"SANDBOX=0"}, test.environ...))
			err := o.CheckAllClusters(t.Context())
			if (err == nil) != (test.want == "") || err != nil && (!strings.Contains(err.Error(), test.want) || exit.Code(err) != exit.BadInput) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}
