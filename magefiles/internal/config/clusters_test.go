package config

import (
	"slices"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/exit"
)

const severalClusters = `
cluster: {provider: gke, project: p, upgrades: 2}
waves: [[a], ["*"]]
clusters:
  west: {zone: us-west1-b, name: hubs, upgrades: 4}
  east: {zone: us-east1, name: hubs, waves: [["b-*"]], stop_after: 1}
  lab: {provider: none, context: lab, server: "https://192.0.2.7"}
`

func TestEachClusterHasItsSettings(t *testing.T) {
	c, err := load(t, severalClusters)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.ClusterNames(); !slices.Equal(got, []string{"west", "east", "lab"}) {
		t.Errorf("clusters %q", got)
	}
	west, east, lab := c.On("west"), c.On("east"), c.On("lab")
	if west.ClusterID() != "gke_p_us-west1-b_hubs" || west.Upgrades != 4 || len(west.Waves) != 2 {
		t.Errorf("west: %s, %d at a time, waves %v", west.ClusterID(), west.Upgrades, west.Waves)
	}
	if east.ClusterID() != "gke_p_us-east1_hubs" || east.Upgrades != 2 || east.Waves[0][0] != "b-*" || east.StopAfter != 1 {
		t.Errorf("east: %s, %d at a time, waves %v", east.ClusterID(), east.Upgrades, east.Waves)
	}
	if lab.ClusterID() != "" || lab.KubeContext != "lab" || lab.ClusterServer != "https://192.0.2.7" || c.KubeContext != "" {
		t.Errorf("lab: %+v", lab)
	}
	if got := c.Together(); got != 8 {
		t.Errorf("%d hubs of all clusters at a time", got)
	}
	published, err := c.PublishedBy("x", []byte(severalClusters))
	if err != nil || !slices.Equal(published.Logins, []string{"gke_p_us-west1-b_hubs", "gke_p_us-east1_hubs"}) {
		t.Errorf("published %q, %v", published.Logins, err)
	}
	if published, err = c.PublishedBy("x", []byte("cluster: {provider: gke, later: 1}\nclusters: {a: {project: p, zone: z, name: n, much: later}, b: 1}\n")); err != nil || !slices.Equal(published.Logins, []string{"gke_p_z_n"}) {
		t.Errorf("of a newer hub-ops: %q, %v", published.Logins, err)
	}
	if published, err = c.PublishedBy("x", []byte("cluster: {project: p, zone: z, name: n}\n")); err != nil || !slices.Equal(published.Logins, []string{"gke_p_z_n"}) {
		t.Errorf("published %q, %v", published.Logins, err)
	}
}

func TestClustersOfEachCloud(t *testing.T) {
	const own = "cluster: {group: g}\nclusters:\n  e: {provider: eks, zone: us-west-2, name: hubs}\n  a: {provider: aks, name: hubs}\n  s: {provider: aks, project: ours, name: hubs}\n"
	c, err := load(t, own)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"eks_us-west-2_hubs", "aks__g_hubs", "aks_ours_g_hubs"}
	if published, err := c.PublishedBy("x", []byte(own)); err != nil || !slices.Equal(published.Logins, want) {
		t.Errorf("published %q, %v", published.Logins, err)
	}
	for i, name := range c.ClusterNames() {
		if got := c.On(name).ClusterID(); got != want[i] || c.On(name).ClusterGiven {
			t.Errorf("%s: %s", name, got)
		}
	}
	if got := c.On("a").ClusterVariables(); got != "CLUSTER_GROUP and CLUSTER_NAME" {
		t.Errorf("got %s", got)
	}
	c, err = load(t, "", "CLUSTER_PROVIDER=eks", "CLUSTER_ZONE=r", "CLUSTER_NAME=n")
	if err != nil || !c.ClusterGiven || c.ClusterID() != "eks_r_n" {
		t.Errorf("by variables: %+v, %v", c, err)
	}
}

func TestOneOfSeveralClusters(t *testing.T) {
	for name, test := range map[string]struct {
		environ []string
		want    string // an error, or the ID of west
	}{
		"all":                      {nil, "gke_p_us-west1-b_hubs"},
		"one":                      {[]string{"CLUSTER=west"}, "gke_p_us-west1-b_hubs"},
		"one, and its zone":        {[]string{"CLUSTER=west", "CLUSTER_ZONE=here"}, "gke_p_here_hubs"},
		"at a time, for all":       {[]string{"CLUSTER_UPGRADES=3"}, "gke_p_us-west1-b_hubs"},
		"another":                  {[]string{"CLUSTER=wst"}, "CLUSTER=wst: the clusters are west, east, lab"},
		"a zone, of which of them": {[]string{"CLUSTER_ZONE=here"}, "CLUSTER_ZONE is set, and hubops.yaml has 3 clusters: which is meant?; say so with CLUSTER, one of west, east, lab"},
		"a context":                {[]string{"KUBE_CONTEXT=here"}, "KUBE_CONTEXT is set, and hubops.yaml has 3 clusters"},
	} {
		c, err := load(t, severalClusters, test.environ...)
		got := c.On("west").ClusterID()
		if err != nil {
			got = err.Error()
		}
		if !strings.HasPrefix(got, test.want) {
			t.Errorf("%s: got %q", name, got)
		}
	}
	if _, err := load(t, "stop_after: 1\n", "CLUSTER=west"); err == nil || !strings.Contains(err.Error(), "CLUSTER=west: hubops.yaml names no clusters") {
		t.Errorf("without clusters: %v", err)
	}
}

func TestBadClusters(t *testing.T) {
	for yaml, want := range map[string]string{
		"clusters: [west]":                                                                "hubops.yaml:1: clusters: expected names of clusters",
		"clusters:\n  West: {context: x}":                                                 `hubops.yaml:2: clusters: "West": the name of a cluster`,
		"clusters:\n  west: here":                                                         "hubops.yaml:2: clusters.west: expected settings",
		"clusters:\n  west:\n    contxt: x":                                               "hubops.yaml:3: clusters.west.contxt: unknown key; a cluster has account, allow, auth, context",
		"clusters:\n  west: {allow: [x]}":                                                 "hubops.yaml:2: clusters.west.allow: ",
		"clusters:\n  west: {provider: x}":                                                "hubops.yaml:2: clusters.west.provider: \"x\": it can be",
		"clusters:\n  a: {context: x}\n  b: {zone: z}":                                    "hubops.yaml:3: clusters.b: nothing says which cluster it is, and there are 2; set its context or its server",
		"clusters:\n  a: {context: x}\n  b: {context: x, server: 'https://y'}":            "hubops.yaml:3: clusters.b: it has the context of a (line 2): two names for one cluster",
		"cluster: {server: 'https://x'}\nclusters:\n  a: {context: x}\n  b: {context: y}": "hubops.yaml:4: clusters.b: it has the server of a (line 3)",
		"cluster: {provider: gke, project: p, name: n, zone: z}\nclusters:\n  a: {zone: w}\n  b: {upgrades: 2}\n  c: {zone: w, context: x}": "hubops.yaml:5: clusters.c: it has the project, zone, group and name of a (line 3)",
		"clusters:\n  west: {upgrades: 0}":                     "clusters.west.upgrades: it must be more than 0",
		"clusters:\n  west: {provider: gke, project: p}":       "hubops.yaml:2: clusters.west: cluster.provider (CLUSTER_PROVIDER) is gke, and not all",
		"layout: {cluster: ../x}\nclusters: {x: {context: x}}": `layout.cluster: "../x" is no name of a cluster`,
	} {
		_, err := load(t, yaml+"\n")
		if err == nil || !strings.Contains(err.Error(), want) || exit.Code(err) != exit.BadInput {
			t.Errorf("%s\ngot %v, want %q", yaml, err, want)
		}
	}
}

// One cluster needs no context, and what variables say of one of several is about the run's.
func TestClustersThatAreToldApart(t *testing.T) {
	for yaml, environ := range map[string][]string{
		"clusters: {only: {upgrades: 2}}\n":                                                                                        nil,
		"clusters: {a: {context: x}, b: {server: 'https://y'}}\n":                                                                  nil,
		"clusters: {a: {context: x}, b: {context: y}} # one is here\n":                                                             {"CLUSTER=a", "KUBE_CONTEXT=y"},
		"cluster: {provider: gke, project: p, name: n}\nclusters: {a: {zone: x}, b: {zone: y}, c: {provider: none, context: z}}\n": nil,
	} {
		if _, err := load(t, yaml, environ...); err != nil {
			t.Errorf("%s: %v", yaml, err)
		}
	}
}
