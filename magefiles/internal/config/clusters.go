package config

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/yamldoc"
	"hub-ops/magefiles/internal/yamlnode"
)

// clustersKey is the section of hubops.yaml that names several clusters.
const clustersKey = "clusters"

// Cluster is one of several clusters, with what differs from what is set for all.
type Cluster struct {
	Name string // as hubs and people call it
	Line int    // of hubops.yaml

	apply []func(*Config)
}

// clusterName matches what can be a part of a hub's name, and of a path.
var clusterName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)

// perCluster reports whether each of several clusters can have the setting for itself.
func (s Setting) perCluster() bool {
	return strings.HasPrefix(s.Key, "cluster.") || s.Key == "waves" || s.Key == "stop_after"
}

// whichCluster reports whether the setting says something of one of several clusters alone, so that nobody would say it for all of them.
func (s Setting) whichCluster() bool {
	return strings.HasPrefix(s.Key, "cluster.") && s.Key != "cluster.upgrades" && s.Key != "cluster.impersonate"
}

// clusterKeys are the settings that each cluster can have for itself, by their names below it.
func clusterKeys() map[string]string {
	keys := map[string]string{}
	for _, s := range Settings {
		if s.perCluster() {
			keys[strings.TrimPrefix(s.Key, "cluster.")] = s.Key
		}
	}
	return keys
}

// readClusters reads the section: names of clusters, each with settings as they stand in cluster.
func (c *Config) readClusters(node *yaml.Node) (err error) {
	c.Clusters, err = clustersIn(File, node)
	return err
}

// clustersIn reads clusters. Errors quote file.
func clustersIn(file string, node *yaml.Node) ([]Cluster, error) {
	if node.Kind != yaml.MappingNode {
		return nil, yamldoc.At(file, node, "%s: expected names of clusters, each with settings as cluster has them", clustersKey)
	}
	var clusters []Cluster
	keys := clusterKeys()
	for i := 0; i < len(node.Content); i += 2 {
		name, settings := node.Content[i], node.Content[i+1]
		if !clusterName.MatchString(name.Value) {
			return nil, yamldoc.At(file, name, "%s: %q: the name of a cluster has lower-case letters, digits and inner hyphens", clustersKey, name.Value)
		}
		cluster := Cluster{Name: name.Value, Line: name.Line}
		if settings.Kind != yaml.MappingNode {
			return nil, yamldoc.At(file, settings, "%s.%s: expected settings as cluster has them", clustersKey, name.Value)
		}
		for j := 0; j < len(settings.Content); j += 2 {
			key, value := settings.Content[j], settings.Content[j+1]
			setting, where := settingOf(keys[key.Value]), clustersKey+"."+name.Value+"."+key.Value
			if setting == nil {
				names := slices.Collect(sortedKeys(keys))
				return nil, yamldoc.At(file, key, "%s: unknown key; a cluster has %s", where, strings.Join(names, ", "))
			}
			set := func(c *Config) error {
				return setting.set(c, func(field any) error { return setNode(field, value) })
			}
			if err := set(&Config{}); err != nil {
				return nil, atNode(file, value, where, err)
			}
			cluster.apply = append(cluster.apply, func(c *Config) { _ = set(c) }) // it has been tried
		}
		clusters = append(clusters, cluster)
	}
	return clusters, nil
}

// sortedKeys are the keys of a map.
func sortedKeys(keys map[string]string) func(func(string) bool) {
	names := make([]string, 0, len(keys))
	for name := range keys {
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Values(names)
}

// On returns the settings for work on one of several clusters; "" is the only one. A variable goes before the file here too.
func (c *Config) On(cluster string) *Config {
	own := *c
	if at := slices.IndexFunc(c.Clusters, func(one Cluster) bool { return one.Name == cluster }); at >= 0 {
		for _, apply := range c.Clusters[at].apply {
			apply(&own)
		}
		for _, apply := range c.ofCluster {
			apply(&own)
		}
		own.Credentials = own.Credentials.of(cluster)
	}
	return &own
}

// ClusterNames lists the clusters, in the order of the file; none if there is one that needs no name.
func (c *Config) ClusterNames() []string {
	var names []string
	for _, cluster := range c.Clusters {
		names = append(names, cluster.Name)
	}
	return names
}

// checkClusters refuses a CLUSTER that is none, variables of which nobody knows which cluster they are about, and clusters that are not
// named completely.
func (c *Config) checkClusters(env map[string]string) error {
	names := c.ClusterNames()
	if c.Cluster != "" && !slices.Contains(names, c.Cluster) {
		if len(names) == 0 {
			return exit.Input("CLUSTER=%s: hubops.yaml names no clusters", c.Cluster).Try("leave it out")
		}
		return exit.Input("CLUSTER=%s: the clusters are %s", c.Cluster, strings.Join(names, ", "))
	}
	if len(names) == 0 {
		return c.checkAccess()
	}
	given := false
	for _, s := range Settings {
		which := s.whichCluster() && env[s.Env] != ""
		given = given || which
		if which && c.Cluster == "" && len(names) > 1 {
			return exit.Input("%s is set, and hubops.yaml has %d clusters: which is meant?", s.Env, len(names)).Try("say so with CLUSTER, one of %s", strings.Join(names, ", "))
		}
	}
	for _, cluster := range c.Clusters {
		if err := c.On(cluster.Name).checkAccess(); err != nil {
			return exit.Input("%s:%d: %s.%s: %w", File, cluster.Line, clustersKey, cluster.Name, err)
		}
	}
	if c.ClusterVaried = given; given { // for one of them: then the others have it too
		return nil
	}
	return c.checkDistinct()
}

// checkDistinct refuses clusters of which two would be one: each would deploy, and wait for, and prune what the other has.
func (c *Config) checkDistinct() error {
	if len(c.Clusters) < 2 { // the only one needs nothing to tell it from others
		return nil
	}
	for i, cluster := range c.Clusters {
		own := c.On(cluster.Name)
		if own.ClusterProvider == "none" && own.KubeContext == "" && own.ClusterServer == "" && !own.Credentials.Own() {
			return exit.Input("%s:%d: %s.%s: nothing says which cluster it is, and there are %d", File, cluster.Line, clustersKey, cluster.Name, len(c.Clusters)).
				Try("set its context or its server, or provider and what names it there")
		}
		for _, other := range c.Clusters[:i] {
			if same := own.sameCluster(c.On(other.Name)); same != "" {
				return exit.Input("%s:%d: %s.%s: it has the %s of %s (line %d): two names for one cluster", File, cluster.Line, clustersKey, cluster.Name, same, other.Name, other.Line).
					Try("leave one of the two out, or say in what they differ")
			}
		}
	}
	return nil
}

// sameCluster returns by what two settings are for one cluster, "" if by nothing.
func (c *Config) sameCluster(other *Config) string {
	switch {
	case c.ClusterID() != "" && c.ClusterID() == other.ClusterID():
		return "project, zone, group and name"
	case c.ClusterServer != "" && c.ClusterServer == other.ClusterServer:
		return "server"
	case c.ClusterProvider != "none" || other.ClusterProvider != "none" || c.KubeContext != other.KubeContext || c.Credentials != other.Credentials:
	case c.KubeContext != "":
		return "context"
	case c.Credentials.Own():
		return "credentials"
	}
	return ""
}

// readPublishedClusters takes the clusters of a hubops.yaml: the one of cluster, and those of clusters. Unknown keys are ignored, because a
// branch may have a newer hub-ops. Errors quote name.
func (c *Config) readPublishedClusters(name string, top *yaml.Node, into *Published) error {
	one := &Config{}
	if err := one.identify(name, yamlnode.At(top, "cluster")); err != nil {
		return err
	}
	into.addLogin(one)
	if clusters := yamlnode.At(top, clustersKey); clusters != nil && clusters.Kind == yaml.MappingNode {
		into.Named, into.onClusters = map[string]string{}, map[string]clusterRules{}
		for i := 0; i < len(clusters.Content); i += 2 {
			own := *one
			if err := own.identify(name, clusters.Content[i+1]); err != nil {
				return err
			}
			own.Credentials = own.Credentials.of(clusters.Content[i].Value)
			into.addLogin(&own)
			if err := into.readRules(name, clusters.Content[i].Value, clusters.Content[i+1]); err != nil {
				return err
			}
			for _, apply := range c.ofCluster {
				apply(&own)
			}
			into.Named[clusters.Content[i].Value] = own.ClusterIdentity()
		}
	}
	return nil
}

// addLogin takes the cluster that settings name.
func (p *Published) addLogin(c *Config) {
	own := *c
	if own.ClusterProvider == "" {
		own.ClusterProvider = "gke" // a file can leave it to a variable
	}
	if own.checkProvider() != nil {
		own.ClusterProvider = "none"
	}
	if login := own.Login(); login != "" {
		p.Logins = append(p.Logins, login)
	}
	p.Credentials = append(p.Credentials, own.Credentials)
}

// identify takes what names a cluster from its settings in a file of that name.
func (c *Config) identify(name string, settings *yaml.Node) error {
	for _, key := range []string{"provider", "project", "zone", "group", "account", "name", "context", "server", "credentials"} {
		node, setting := yamlnode.At(settings, key), settingOf("cluster."+key)
		if node == nil {
			continue
		}
		if err := setting.set(c, func(field any) error { return setNode(field, node) }); err != nil {
			return atNode(name, node, setting.Key, err)
		}
	}
	return nil
}

// publishedID is ClusterID for a file that leaves the provider to a variable.
func (c *Config) publishedID() string {
	own := *c
	own.ClusterProvider = cmp.Or(own.ClusterProvider, "gke")
	if own.checkProvider() != nil {
		return ""
	}
	return own.ClusterID()
}
