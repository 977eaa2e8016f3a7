package config

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/exit"
)

// Names of the clouds' own. Their programs get them as arguments.
var (
	googleName   = regexp.MustCompile(`^[a-z][a-z0-9.:-]*$`)
	amazonRegion = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)
	amazonNumber = regexp.MustCompile(`^[0-9]{12}$`)
	cloudsName   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._ -]*$`)
)

// identity is a setting that says which cluster of a cloud is meant.
type identity struct {
	key      string // in cluster: project
	env      string
	value    func(*Config) string
	names    *regexp.Regexp
	optional bool
}

// remedy says how such a name is written.
func (i identity) remedy() string {
	if i.names == amazonNumber {
		return "it is the number of the account, twelve digits in quotes"
	}
	return "use letters, digits and hyphens only, and begin with a letter or digit"
}

// providers are the clouds whose clusters a run logs in to, each with what names a cluster there, in the order of its ID.
var providers = map[string]struct {
	people     string // the cloud, for people
	identities []identity
}{
	"gke": {"Google", []identity{
		{"project", "CLUSTER_PROJECT", func(c *Config) string { return c.ClusterProject }, googleName, false},
		{"zone", "CLUSTER_ZONE", func(c *Config) string { return c.ClusterZone }, googleName, false},
		{"name", "CLUSTER_NAME", func(c *Config) string { return c.ClusterName }, googleName, false},
	}},
	"eks": {"Amazon", []identity{
		{"account", "CLUSTER_ACCOUNT", func(c *Config) string { return c.ClusterAccount }, amazonNumber, true},
		{"zone", "CLUSTER_ZONE", func(c *Config) string { return c.ClusterZone }, amazonRegion, false},
		{"name", "CLUSTER_NAME", func(c *Config) string { return c.ClusterName }, cloudsName, false},
	}},
	"aks": {"Microsoft", []identity{
		{"project", "CLUSTER_PROJECT", func(c *Config) string { return c.ClusterProject }, cloudsName, true},
		{"group", "CLUSTER_GROUP", func(c *Config) string { return c.ClusterGroup }, cloudsName, false},
		{"name", "CLUSTER_NAME", func(c *Config) string { return c.ClusterName }, cloudsName, false},
	}},
}

// checkProvider refuses settings that do not name a cluster of a cloud completely.
func (c *Config) checkProvider() error {
	provider, known := providers[c.ClusterProvider]
	if !known {
		return nil
	}
	var wanted []string
	missing := false
	for _, one := range provider.identities {
		if !one.optional {
			wanted = append(wanted, "cluster."+one.key)
			missing = missing || one.value(c) == ""
		}
	}
	if missing {
		last := len(wanted) - 1
		return exit.Input("cluster.provider (CLUSTER_PROVIDER) is %s, and not all of %s and %s are set", c.ClusterProvider, strings.Join(wanted[:last], ", "), wanted[last]).Try("set them, they say which cluster")
	}
	for _, one := range provider.identities {
		if name := one.value(c); name != "" && !one.names.MatchString(name) {
			return exit.Input("cluster.%s is %.100q, and %s has no name like that", one.key, name, provider.people).Try("%s", one.remedy())
		}
	}
	return nil
}

// ClusterID tells a cluster that the run logs in to from all others; "" for one of the operator's own kubeconfig.
func (c *Config) ClusterID() string {
	parts := []string{c.ClusterProvider}
	for _, one := range providers[c.ClusterProvider].identities {
		if name := one.value(c); name != "" || one.names != amazonNumber { // nothing else of a cluster of Amazon's is a number
			parts = append(parts, name)
		}
	}
	if len(parts) == 1 {
		return ""
	}
	return strings.Join(parts, "_") // as gcloud names those of Google's
}

// ClusterIdentity is all that settings say of which cluster is meant, one of the operator's own kubeconfig too, in words.
func (c *Config) ClusterIdentity() string {
	parts := []string{cmp.Or(c.ClusterProvider, "none")}
	add := func(key, value string) {
		if value != "" {
			parts = append(parts, fmt.Sprintf("%s %q", key, value))
		}
	}
	for _, one := range providers[c.ClusterProvider].identities {
		add(one.key, one.value(c))
	}
	add("context", c.KubeContext)
	add("server", c.ClusterServer)
	add("credentials", c.Credentials.String())
	return strings.Join(parts, ", ")
}

// Login is the cluster that a run logs in to, with the credentials that it has for itself, if it has some; "" for one of the operator's own
// kubeconfig.
func (c *Config) Login() string {
	if !c.Credentials.Own() {
		return c.ClusterID()
	}
	return cmp.Or(c.ClusterID(), "that of a kubeconfig") + " (credentials: " + c.Credentials.String() + ")"
}

// ClusterVariables are the variables that name a cluster of the provider, for people: CLUSTER_ZONE and CLUSTER_NAME.
func (c *Config) ClusterVariables() string {
	var names []string
	for _, one := range providers[c.ClusterProvider].identities {
		if !one.optional {
			names = append(names, one.env)
		}
	}
	last := max(0, len(names)-1)
	return strings.Join(names[:last], ", ") + " and " + strings.Join(names[last:], "")
}

// clusterGiven reports whether variables alone say which cluster is meant.
func (c *Config) clusterGiven(env map[string]string) bool {
	identities := providers[c.ClusterProvider].identities
	return len(identities) > 0 && !slices.ContainsFunc(identities, func(one identity) bool { return !one.optional && env[one.env] == "" })
}
