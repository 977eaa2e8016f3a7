package config

import (
	"cmp"
	"slices"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/yamlnode"
)

// NamedCluster is a cluster that hubs are on, by what a hubops.yaml says of it.
type NamedCluster struct {
	Name   string // among several; "" for the only one
	ID     string // see Config.ClusterID; "" for one of a kubeconfig
	Server string // of its API; "" if that is not said
}

// String names the cluster for people.
func (n NamedCluster) String() string { return cmp.Or(n.Name, n.ID, n.Server) }

// NamedClusters are those of the run.
func (c *Config) NamedClusters() []NamedCluster {
	names := c.ClusterNames()
	if len(names) == 0 {
		names = []string{""}
	}
	var named []NamedCluster
	for _, name := range names {
		own := c.On(name)
		named = append(named, NamedCluster{name, own.ClusterID(), own.ClusterServer})
	}
	return named
}

// MissingFrom returns the first of the clusters that is not among others; false if there is none. One of a cloud is told by its coordinates,
// another by its name, and not taken for one with another server. What only a kubeconfig names nobody can tell from others.
func MissingFrom(others, clusters []NamedCluster) (NamedCluster, bool) {
	missing := func(n NamedCluster) bool {
		if n.String() == "" {
			return false
		}
		return !slices.ContainsFunc(others, func(other NamedCluster) bool {
			differs := n.Server != "" && other.Server != "" && n.Server != other.Server
			return n.ID == other.ID && (n.ID != "" || n.Name == other.Name && !differs)
		})
	}
	if at := slices.IndexFunc(clusters, missing); at >= 0 {
		return clusters[at], true
	}
	return NamedCluster{}, false
}

// namedClusters are those of a hubops.yaml: of clusters, or the one of cluster. It is as patient as clusterIDs.
func namedClusters(file string, top *yaml.Node) ([]NamedCluster, error) {
	one := &Config{}
	read := func(c *Config, settings *yaml.Node) error {
		if server := yamlnode.At(settings, "server"); server != nil {
			c.ClusterServer = server.Value
		}
		return c.identify(file, settings)
	}
	if err := read(one, yamlnode.At(top, "cluster")); err != nil {
		return nil, err
	}
	clusters := yamlnode.At(top, clustersKey)
	if clusters == nil || clusters.Kind != yaml.MappingNode {
		return []NamedCluster{{"", one.publishedID(), one.ClusterServer}}, nil
	}
	var named []NamedCluster
	for i := 0; i+1 < len(clusters.Content); i += 2 {
		own := *one
		if err := read(&own, clusters.Content[i+1]); err != nil {
			return nil, err
		}
		named = append(named, NamedCluster{clusters.Content[i].Value, own.publishedID(), own.ClusterServer})
	}
	return named, nil
}
