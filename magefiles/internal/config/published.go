package config

import (
	"hub-ops/magefiles/internal/yamldoc"
	"hub-ops/magefiles/internal/yamlnode"
)

// Published is what a branch says in its hubops.yaml about where credentials may go, and about which branches own hubs.
type Published struct {
	Repository  string
	CosignKey   string // public
	KeyServices []string
	GKE         [3]string // project, zone and name of the cluster
	Branches    []string
}

// PublishedBy reads the hubops.yaml of a branch; no content is a branch without that file. The environment has no part in it. Errors
// quote name.
func (c *Config) PublishedBy(name string, content []byte) (Published, error) {
	images, err := c.WithImages(name, content)
	if err != nil {
		return Published{}, err
	}
	published := Published{Repository: images.ImageRepository, CosignKey: images.CosignPublicKey}
	var branches []Branch
	if err := setText(&branches, settingOf("branches").Default); err != nil {
		return published, err
	}
	top, err := yamldoc.Parse(name, content)
	if err != nil {
		return published, err
	}
	if node := yamlnode.At(top, "branches"); node != nil {
		if err := setNode(&branches, node); err != nil {
			return published, yamldoc.At(name, node, "branches: %v", err)
		}
	}
	if node := yamlnode.At(top, "secrets", "key_services"); node != nil {
		if err := setNode(&published.KeyServices, node); err != nil {
			return published, yamldoc.At(name, node, "secrets.key_services: %v", err)
		}
	}
	for i, key := range []string{"project", "zone", "name"} {
		if node := yamlnode.At(top, "cluster", key); node != nil {
			published.GKE[i] = node.Value
		}
	}
	for _, branch := range branches {
		published.Branches = append(published.Branches, branch.Name)
	}
	return published, nil
}
