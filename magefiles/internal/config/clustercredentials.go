package config

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/exit"
)

// Credentials are those that a cluster has for itself. At most one of the fields is set; none where it has what all clusters of the run have.
type Credentials struct {
	File    string // of the repository, encrypted
	Profile string // of Amazon's configuration
	Prefix  string // of variables: WEST_ for WEST_GKE_KEY
}

// Own reports whether the cluster has credentials of its own.
func (c Credentials) Own() bool { return c != Credentials{} }

// String names them for people; "" for those that all clusters have.
func (c Credentials) String() string {
	switch {
	case c.File != "":
		return "file " + c.File
	case c.Profile != "":
		return "profile " + c.Profile
	case c.Prefix != "":
		return "variables " + c.Prefix + "…"
	}
	return ""
}

var (
	variablesPrefix = regexp.MustCompile(`^[A-Z][A-Z0-9_]*_$`)
	profileName     = regexp.MustCompile(`^[A-Za-z0-9{][A-Za-z0-9._@{}-]*$`)
)

// everyClusters are beginnings of variables that are granted by these, whichever cluster a program works on: see Grant. A cluster's own would be
// among them.
var everyClusters = append([]string{"AAD_", "SOPS_", "VAULT_"}, Clouds...)

// setCredentials reads {file: …}, {profile: …} or {prefix: …}.
func setCredentials(field *Credentials, node *yaml.Node) error {
	if node.Kind != yaml.MappingNode || len(node.Content) != 2 { //nolint:mnd // one key, one value
		return errors.New("expected one of {file: …}, {profile: …} and {prefix: …}")
	}
	key, value := node.Content[0], node.Content[1]
	if value.Kind != yaml.ScalarNode || value.Value == "" {
		return fmt.Errorf("%s: expected a single value", key.Value)
	}
	*field = Credentials{}
	switch key.Value {
	case "file":
		if field.File = value.Value; !filepath.IsLocal(value.Value) {
			return fmt.Errorf("file: %q: it must be a file of this repository", value.Value)
		}
	case "profile":
		if field.Profile = value.Value; !profileName.MatchString(value.Value) {
			return fmt.Errorf("profile: %.100q: no profile is called so", value.Value)
		}
	case "prefix":
		if field.Prefix = value.Value; !variablesPrefix.MatchString(value.Value) {
			return fmt.Errorf("prefix: %.100q: it has capital letters, digits and _, and ends with _, as WEST_ does", value.Value)
		}
		if startsWithAny(value.Value, everyClusters) {
			return fmt.Errorf("prefix: %s: programs of all clusters get variables that begin so: choose another, such as WEST_", value.Value)
		}
	default:
		return fmt.Errorf("unknown key %q; they are named by one of file, profile and prefix", key.Value)
	}
	return nil
}

// of returns them for a cluster: {cluster} stands for its name.
func (c Credentials) of(cluster string) Credentials {
	if cluster != "" {
		name := strings.NewReplacer("{cluster}", cluster)
		c.File, c.Profile = name.Replace(c.File), name.Replace(c.Profile)
	}
	return c
}

// checkAccess refuses settings that do not say which cluster is meant, or with which credentials.
func (c *Config) checkAccess() error {
	if err := c.checkProvider(); err != nil {
		return err
	}
	return c.checkCredentials()
}

// checkCredentials refuses credentials that the provider does not know.
func (c *Config) checkCredentials() error {
	own := c.Credentials
	switch {
	case own.Profile != "" && c.ClusterProvider != "eks":
		return exit.Input("cluster.credentials has a profile, which is Amazon's, and cluster.provider (CLUSTER_PROVIDER) is %s", c.ClusterProvider).Try("name a file or a prefix")
	case strings.ContainsAny(own.File+own.Profile, "{}"):
		return exit.Input("cluster.credentials: %s: only {cluster} stands for something there, where clusters has several", own)
	}
	return nil
}

// CredentialFiles are the files of the repository that hold credentials of clusters.
func (c *Config) CredentialFiles() []string {
	var files []string
	for _, cluster := range append(c.ClusterNames(), "") {
		file := c.On(cluster).Credentials.File
		if file != "" && !strings.Contains(file, "{") && !slices.Contains(files, file) {
			files = append(files, file)
		}
	}
	return files
}

// Prefixed returns the variables that a prefix marks as a cluster's own, without it: of WEST_GKE_KEY the pair of GKE_KEY. Those that hold a
// secret only a run gets that may deploy.
func (c *Config) Prefixed(prefix string) []string {
	var own []string
	for _, pair := range slices.Concat(c.open, c.withheld) {
		if rest, has := strings.CutPrefix(pair, prefix); has && prefix != "" {
			if _, value, _ := strings.Cut(rest, "="); value != "" {
				own = append(own, rest)
			}
		}
	}
	return own
}

// Matching returns those of the pairs whose names fit one of the patterns, in which a "*" at the end stands for any text.
func Matching(pairs []string, patterns ...string) []string {
	var fitting []string
	for _, pair := range pairs {
		if matchesAny(nameOf(pair), patterns) {
			fitting = append(fitting, pair)
		}
	}
	return fitting
}

// CloudsOf are the open variables that say how clouds are reached, and not as whom: what a cluster with credentials of its own shares with others.
func (c *Config) CloudsOf() []string { return Matching(c.open, nobodysClouds...) }

// nobodysClouds are the variables of the clouds' programs that lead to no credential.
var nobodysClouds = []string{
	"AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_CA_BUNDLE", "AWS_DATA_PATH", "AWS_ENDPOINT_URL*", "AWS_MAX_ATTEMPTS", "AWS_RETRY_MODE",
	"AWS_SDK_LOAD_CONFIG", "AWS_STS_REGIONAL_ENDPOINTS", "AWS_USE_*", "AZURE_EXTENSION_*", "CLOUDSDK_PYTHON*",
}
