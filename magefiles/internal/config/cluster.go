package config

import (
	"regexp"

	"hub-ops/magefiles/internal/exit"
)

// googleName matches Google's names of projects, zones and clusters. gcloud gets them as arguments.
var googleName = regexp.MustCompile(`^[a-z][a-z0-9.:-]*$`)

// checkGKE refuses settings that do not name a GKE cluster completely.
func (c *Config) checkGKE() error {
	if c.ClusterProvider != "gke" {
		return nil
	}
	if c.ClusterProject == "" || c.ClusterZone == "" || c.ClusterName == "" {
		return exit.Input("cluster.provider (CLUSTER_PROVIDER) is gke, and not all of cluster.project, cluster.zone and cluster.name are set").Try("set the three, they say which cluster")
	}
	for key, name := range map[string]string{"project": c.ClusterProject, "zone": c.ClusterZone, "name": c.ClusterName} {
		if !googleName.MatchString(name) {
			return exit.Input("cluster.%s is %.100q, and Google has no name like that", key, name).Try("use lower-case letters, digits and hyphens only")
		}
	}
	return nil
}
