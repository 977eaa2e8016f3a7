package hub

import (
	"cmp"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/spelling"
)

// longestNamespace is the limit for the name of a namespace: RFC 1123.
const longestNamespace = 63

// Address says where the release of a hub is, which the repository must have.
func (d *Directory) Address(name string) (layout.Address, error) {
	at, err := d.layout.Of(name).Address(d.places[name].Names)
	if err != nil {
		return at, exit.Input("hubops.yaml: %w", err)
	}
	if len(d.layout.Clusters) == 0 && d.layout.Of(name).Cluster == "" {
		at.Cluster = "" // {cluster} is a part of names alone
	}
	return at, checkAddress(at)
}

// checkOneCluster refuses a hub that its path puts on one cluster and layout.cluster on another: nobody knows which is meant.
func (d *Directory) checkOneCluster(name string) error {
	said, place := d.layout.Of(name).Cluster, d.places[name]
	if said == "" || place.Cluster == "" || said == place.Cluster {
		return nil
	}
	return exit.Input("hubops.yaml: layout.cluster: hub %s is on %s by that, and on %s by its path, %s", name, said, place.Cluster, place.At).
		Try("leave layout.cluster out, or move the file")
}

// Cluster is one of several, with its line in hubops.yaml.
type Cluster struct {
	Name string
	Line int
}

// checkClusters refuses hubs on a cluster that is none, or on two, and clusters without a hub: one of the two may be misspelt.
func (d *Directory) checkClusters() error {
	used := map[string]bool{}
	for _, name := range d.names {
		if err := d.checkOneCluster(name); err != nil {
			return err
		}
		at, err := d.Address(name)
		if err != nil || at.Cluster == "" && len(d.layout.Clusters) == 0 {
			continue
		}
		if used[at.Cluster] = true; !slices.ContainsFunc(d.layout.Clusters, func(one Cluster) bool { return one.Name == at.Cluster }) {
			return d.onNone(at)
		}
	}
	for _, cluster := range d.layout.Clusters {
		if !used[cluster.Name] {
			return exit.Input("hubops.yaml:%d: clusters: no hub is on %s", cluster.Line, cluster.Name).Try("take it out, or put hubs on it, by {cluster} in layout.hubs or by layout.cluster")
		}
	}
	return nil
}

// onNone is the error for a hub that is on no cluster, or on one that hubops.yaml does not name.
func (d *Directory) onNone(at layout.Address) error {
	var names []string
	for _, cluster := range d.layout.Clusters {
		names = append(names, cluster.Name)
	}
	place := d.places[at.Hub].At
	switch {
	case len(names) == 0:
		return exit.Input("hubops.yaml: layout.cluster: hub %s (%s) is on %s, and there are no clusters", at.Hub, place, at.Cluster).Try("name it in clusters")
	case at.Cluster == "":
		return exit.Input("hubops.yaml:%d: clusters: hub %s (%s) is on none of %s", d.layout.Clusters[0].Line, at.Hub, place, strings.Join(names, ", ")).Try("say on which: hubs: {%s: {layout: {cluster: %s}}}", at.Hub, names[0])
	}
	near := spelling.Nearest(at.Cluster, names)
	return exit.Input("hubops.yaml:%d: clusters: hub %s (%s) is on %s, which is not named there", d.layout.Clusters[0].Line, at.Hub, place, at.Cluster).Try("is %s meant?", cmp.Or(near, strings.Join(names, " or ")))
}

// Place returns what makes a hub, which the repository must have, and what the placeholders stand for.
func (d *Directory) Place(name string) layout.Place { return d.places[name] }

// checkAddress refuses names that neither helm nor Kubernetes takes, and namespaces of the cluster's own. Where they are the hub's name,
// CheckName says it.
func checkAddress(at layout.Address) error {
	switch {
	case at.IsPlain():
		return nil
	case len(at.Release) > longestName || !label.MatchString(at.Release):
		return exit.Input("hubops.yaml: layout.release: hub %s would be release %q", at.Hub, at.Release).Try("a release has at most %d lower-case letters, digits and inner hyphens", longestName)
	case len(at.Namespace) > longestNamespace || !label.MatchString(at.Namespace):
		return exit.Input("hubops.yaml: layout.namespace: hub %s would be in namespace %q", at.Hub, at.Namespace).Try("a namespace has at most %d lower-case letters, digits and inner hyphens", longestNamespace)
	}
	if pattern, whose := reservedFor(at.Namespace); whose != "" {
		return exit.Input("hubops.yaml: layout.namespace: hub %s would be in namespace %s: %s belongs to %s", at.Hub, at.Namespace, pattern, whose).Try("give it a namespace of its own")
	}
	return nil
}

// checkAddresses refuses two hubs with one release: each deploy of one would undo that of the other.
func (d *Directory) checkAddresses() error {
	of := map[layout.Address]string{}
	for _, name := range d.names {
		at, err := d.Address(name)
		if err != nil {
			continue // whoever loads the hub is told
		}
		at.Hub = ""
		if other := of[at]; other != "" {
			return exit.Input("hubs %s and %s are both release %s", other, name, at.Named()).Try("tell them apart in hubops.yaml: layout.release and layout.namespace, with {hub}, {env} or {cluster}, or for one of them in hubs")
		}
		of[at] = name
	}
	return nil
}
