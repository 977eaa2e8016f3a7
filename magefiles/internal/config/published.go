package config

import (
	"strings"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/yamldoc"
	"hub-ops/magefiles/internal/yamlnode"
)

// Published is what a branch says in its hubops.yaml about where credentials may go, what hubs may do, and which branches own them.
type Published struct {
	Branch      string
	Commit      string // that was read
	Repository  string
	CosignKey   string // public
	KeyServices []string
	Logins      []string       // the clusters that credentials may go to: see Config.Login
	Credentials []Credentials  // that clusters have
	All         []NamedCluster // clusters, or the only one
	Branches    []Branch       // nil if it does not say that
	clusterRules
	onClusters map[string]clusterRules // of several clusters, by their names
	Places     Places
	Named      map[string]string // by the names of several clusters, which each is: see Config.ClusterIdentity
	Layout     layout.Settings   // the hubs and their environments alone
	Charts     []string
	Images     *Config // of which only the settings of images are the branch's
}

// clusterRules are what hubs may do on a cluster.
type clusterRules struct {
	Allowed     []Allowed
	Impersonate string
}

// On is what a branch says of one of several clusters. What it does not say of that one, it says of all.
func (p Published) On(cluster string) Published {
	if own, named := p.onClusters[cluster]; named {
		p.clusterRules = own
	}
	return p
}

// readRules takes the rules of one of several clusters, by its settings in the file of that name.
func (p *Published) readRules(name, cluster string, settings *yaml.Node) error {
	own := p.clusterRules
	for key, field := range map[string]any{"allow": &own.Allowed, "impersonate": &own.Impersonate} {
		node := yamlnode.At(settings, key)
		if node == nil {
			continue
		}
		if err := setNode(field, node); err != nil {
			return atNode(name, node, clustersKey+"."+cluster+"."+key, err)
		}
	}
	p.onClusters[cluster] = own
	return nil
}

// PublishedBy reads the hubops.yaml of a branch; no content is a branch without that file. The environment has no part in it, but
// in Named: what a run's variables say of a cluster goes before each file. Errors quote name.
func (c *Config) PublishedBy(name string, content []byte) (Published, error) {
	images, err := c.WithImages(name, content)
	if err != nil {
		return Published{}, err
	}
	published := Published{Repository: images.ImageRepository, CosignKey: images.CosignPublicKey, Images: images}
	top, err := yamldoc.Parse(name, content)
	if err != nil {
		return published, err
	}
	for key, field := range map[string]any{
		"branches": &published.Branches, "secrets.key_services": &published.KeyServices,
		"cluster.allow": &published.Allowed, "cluster.impersonate": &published.Impersonate,
	} {
		node := yamlnode.At(top, strings.Split(key, ".")...)
		if node == nil {
			continue
		}
		if err := setNode(field, node); err != nil {
			return published, atNode(name, node, key, err)
		}
	}
	if published.Places, err = placesIn(name, top); err != nil {
		return published, err
	}
	if err := published.readLayout(name, top); err != nil {
		return published, err
	}
	if published.Branches, err = branchesOf(name, top, published.Branches, published.Layout.Environments); err != nil {
		return published, err
	}
	if err := c.readPublishedClusters(name, top, &published); err != nil {
		return published, err
	}
	published.All, err = namedClusters(name, top)
	return published, err
}
