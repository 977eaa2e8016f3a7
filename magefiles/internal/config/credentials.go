package config

import (
	"regexp"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/ci"
)

// Deploying reports whether the event is a push to a branch that deploys, or a local run: only such runs have access to the
// cluster and to secret values.
func Deploying(event ci.Event, branches []Branch) bool {
	owns := slices.ContainsFunc(branches, func(b Branch) bool { return b.Name == event.Branch })
	return event.Kind == ci.Local || event.Kind == ci.Push && !event.Fork && owns
}

// Deploying reports whether this run may have access to the cluster and to secret values.
func (c *Config) Deploying() bool { return Deploying(c.Event, c.Branches) }

// credentialName matches names of variables that hold a credential. A variable that names a file holds none.
var credentialName = regexp.MustCompile(`(?i)(^|_)(TOKEN|PASSWORD|PASSWD|PASS|PASSPHRASE|SECRETS?|CREDENTIALS?|KEY|APIKEY|AUTH|WEBHOOK)(_(CONTENT|JSON|BASE64|B64|DATA|ID|\d+))?$`)

// notCredentials are variables with such a name whose values are public.
var notCredentials = []string{"GOOGLE_APPLICATION_CREDENTIALS", "AWS_ACCESS_KEY_ID", "GPG_KEY", "GKE_AUTH", "GOAUTH", "private_key_id"}

// isCredential reports whether a variable holds a secret.
func isCredential(name string) bool {
	if at := slices.IndexFunc(Settings, func(s Setting) bool { return s.Env == name }); at >= 0 {
		return Settings[at].Secret
	}
	return credentialName.MatchString(name) && !slices.Contains(notCredentials, name)
}

// steering are variables that would redirect child processes or change what their command lines mean: a git that runs in a hook
// to another repository, or to reading paths as patterns; helm and kubectl to another cluster, to printing every value, to keeping
// fewer revisions, to an operator's own defaults and plugins. All of helm's and kubectl's do, but for paces.
var (
	steering = []string{
		"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR",
		"GIT_NAMESPACE", "GIT_PREFIX", "GIT_SHALLOW_FILE", "GIT_GRAFT_FILE", "GIT_REPLACE_REF_BASE", "GIT_ATTR_SOURCE", "GIT_DEFAULT_HASH",
		"GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS", "GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS",
		"KUBERC",
	}
	steeringPrefixes = []string{"HELM_", "KUBECTL_"}
	paces            = []string{"HELM_QPS", "HELM_BURST_LIMIT"}
)

// steers reports whether a variable is such a one.
func steers(name string) bool {
	return slices.Contains(steering, name) || startsWithAny(name, steeringPrefixes) && !slices.Contains(paces, name)
}

// sort splits the environment into what every child process gets, and secrets, which no child gets unless granted.
func sortEnvironment(environ []string) (children, withheld []string) {
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		switch {
		case isCredential(name):
			if value != "" {
				withheld = append(withheld, pair)
			}
		case !steers(name):
			children = append(children, pair)
		}
	}
	return children, withheld
}

// keep removes the credentials that the event may not have: all of them for a fork, and those for the cluster and for secret
// values for every event that does not deploy. They are masked all the same.
func (c *Config) keep() {
	for _, pair := range c.withheld {
		_, value, _ := strings.Cut(pair, "=")
		c.secrets = append(c.secrets, value)
	}
	for _, s := range Settings {
		field, isText := s.field(c).(*string)
		if isText && s.Secret && *field != "" && !slices.Contains(c.secrets, *field) {
			c.secrets = append(c.secrets, *field)
		}
		if isText && (s.access == forRegistry && !c.Event.Trusted() || s.access == forDeploy && !c.Deploying()) {
			*field = ""
		}
	}
	if !c.Event.Trusted() {
		c.withheld = nil
	}
}

// Allows reports whether hubops.yaml allows a finding of lint in a file.
func (c *Config) Allows(rule, file string) bool {
	return slices.Contains(c.Allow, rule) || slices.Contains(c.Allow, rule+":"+file)
}

// Secrets returns every value of the environment that is secret, for redaction.
func (c *Config) Secrets() []string { return c.secrets }

// Grant returns the withheld variables that a child needs, by prefixes of their names: AWS_ for a docker credential helper, SOPS_
// for sops. For a fork there are none.
func (c *Config) Grant(prefixes ...string) []string {
	var granted []string
	for _, pair := range c.withheld {
		if startsWithAny(pair, prefixes) {
			granted = append(granted, pair)
		}
	}
	return granted
}

func startsWithAny(text string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(text, prefix) })
}

// Clouds are the prefixes of the variables that credential helpers of registries and clusters read.
var Clouds = []string{"AWS_", "AZURE_", "GOOGLE_", "CLOUDSDK_"}

// camel matches the beginning of a word inside a name: secretToken.
var camel = regexp.MustCompile(`([a-z0-9])([A-Z])`)

// credentialWord matches names that are one word, or have a word that only some programs use: PGPASSWORD, NPM_PAT, MYSQL_PWD.
var credentialWord = regexp.MustCompile(`(?i)([a-z0-9](TOKEN|PASSWORD|PASSWD|PASSPHRASE|SECRET|APIKEY)|(^|_)PAT|[a-z0-9]_PWD|SSHPASS|(^|_)DSN)$`)

// LooksSecret reports whether the name of a variable or of a Helm value looks like that of a credential.
func LooksSecret(name string) bool {
	name = camel.ReplaceAllString(strings.ReplaceAll(name, "-", "_"), "${1}_$2")
	return (credentialName.MatchString(name) || credentialWord.MatchString(name)) && !slices.Contains(notCredentials, name)
}
