package layout

import (
	"cmp"
	"fmt"
	"strings"
)

// Address is where the release of a hub is: what changes or asks about a hub takes it.
type Address struct {
	Hub       string // its name among all of the repository, for people and for settings
	Cluster   string // "" where the repository has one
	Release   string // its name in helm
	Namespace string
}

// Plain is the address of a hub of which nothing else is known: release and namespace have its name.
func Plain(hub string) Address { return Address{Hub: hub, Release: hub, Namespace: hub} }

// Key names the release among those of its cluster.
func (a Address) Key() string { return a.Namespace + "/" + a.Release }

// IsPlain reports whether release and namespace have the hub's name.
func (a Address) IsPlain() bool { return a.Release == a.Hub && a.Namespace == a.Hub }

// Named names the release for people: its namespace is told where it has another name, and its cluster where there are several.
func (a Address) Named() string {
	text := a.Release
	if a.Release != a.Namespace {
		text += " in namespace " + a.Namespace
	}
	if a.Cluster != "" {
		text += " on cluster " + a.Cluster
	}
	return text
}

// Address fills in the patterns of release and namespace for a hub: each is the hub's name unless it is set.
func (p Parts) Address(n Names) (a Address, err error) {
	a.Hub, a.Cluster = n.Name(), n.Cluster
	if a.Cluster == "" {
		n.Cluster = p.Cluster // whose name is no part of the hub's
		a.Cluster = p.Cluster
	}
	if a.Release, err = fill(p.Release, n); err != nil {
		return a, fmt.Errorf("layout.release: %w", err)
	}
	if a.Namespace, err = fill(p.Namespace, n); err != nil {
		return a, fmt.Errorf("layout.namespace: %w", err)
	}
	a.Release, a.Namespace = cmp.Or(a.Release, a.Hub), cmp.Or(a.Namespace, a.Hub)
	return a, nil
}

// CheckNaming returns what is wrong with the pattern of a name; none is the hub's own.
func CheckNaming(pattern string) error {
	switch {
	case pattern == "":
		return nil
	case strings.HasSuffix(pattern, optional), strings.Contains(pattern, "/"):
		return fmt.Errorf("%q: it is the pattern of a name, as {hub}-{env}, and no path", pattern)
	}
	return Check(pattern)
}
