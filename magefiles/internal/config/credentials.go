package config

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/pattern"
)

// Deploying reports whether the event is a push to a branch that deploys, a scheduled build of it that goes on with rounds, or a local run: only
// such runs have access to the cluster and to secret values.
func Deploying(event ci.Event, branches []Branch) bool {
	return event.Kind == ci.Local || event.OfBranch() && Owns(branches, event.Branch)
}

// Owns reports whether a branch is one of those that own hubs.
func Owns(branches []Branch, name string) bool {
	return slices.ContainsFunc(branches, func(b Branch) bool { return b.Name == name })
}

// Deploying reports whether this run may have access to the cluster and to secret values, as far as the file says that is checked out.
// In CI the file on the default branch at origin must say so too, which nobody has asked yet: package connect does.
func (c *Config) Deploying() bool {
	if c.Branches == nil {
		return Deploying(c.Event, OwningAll(c.Event.Default))
	}
	return Deploying(c.Event, c.Branches)
}

// OwningAll is the one deploying branch of a repository whose settings name none: its default branch.
func OwningAll(branch string) []Branch { return []Branch{{Name: branch, Hubs: []string{pattern.All}}} }

// credentialName matches names of variables that hold a credential. A variable that names a file holds none.
var credentialName = regexp.MustCompile(`(?i)(^|_)(TOKEN|PASSWORD|PASSWD|PASS|PASSPHRASE|SECRETS?|CREDENTIALS?|KEY|APIKEY|AUTH|WEBHOOK)(_(CONTENT|JSON|BASE64|B64|DATA|ID|\d+))?$`)

// notCredentials are variables with such a name whose values are public.
var notCredentials = []string{"GOOGLE_APPLICATION_CREDENTIALS", "AWS_ACCESS_KEY_ID", "GPG_KEY", "GKE_AUTH", "GOAUTH", "private_key_id"}

// isCredential reports whether a variable holds a secret. Names alone cannot tell: KUBE_CONFIG can be a file or its content, so a loose
// name whose value leads to a file of this machine holds none.
func isCredential(name, value string) bool {
	if at := slices.IndexFunc(Settings, func(s Setting) bool { return s.Env == name }); at >= 0 {
		return Settings[at].Secret
	}
	if gitSetting.MatchString(name) {
		return false
	}
	loose := looseCredential.MatchString(name) && !notCredential.MatchString(name) && !slices.Contains(notCredentials, name)
	return LooksSecret(name) || loose && !isFile(value)
}

// gitSetting matches the variables that name a setting of Git: GIT_CONFIG_COUNT counts them, and Git refuses to run where one is missing.
var gitSetting = regexp.MustCompile(`^GIT_CONFIG_KEY_\d+$`)

// looseCredential matches names of variables that have the word of a credential anywhere, as X_API_TOKEN_PROD has, and those of values
// in which there mostly is one.
var looseCredential = regexp.MustCompile(`(?i)` + strings.Join([]string{
	`(^|_|[a-z0-9])(TOKEN|PASSWORD|PASSWD|PASSPHRASE|APIKEY)S?(_|\d|$)`,
	`(^|_)(SECRETS?|CREDENTIALS?|PASS|PWD|PAT|JWT|DSN|WEBHOOKS?|COOKIE|(API|PRIVATE|ACCESS|SECRET|SIGNING|ENCRYPTION|SESSION)_KEY)(_|\d|$)`,
	`(^|_)(DATABASE|DB|REDIS|MONGO|MONGODB|POSTGRES|POSTGRESQL|MYSQL|AMQP|RABBITMQ|BROKER)_UR[IL]$`,
	`_CONNECTION_?STRING$`, `(^|_)(AUTH_CONFIG|NETRC|NPMRC|PYPIRC|DOCKERCFG|DOCKERCONFIGJSON)$`,
	`(^|_)KUBE_?CONFIG(_\w+)?$`,
}, "|"))

// notCredential matches names that have such a word and say something about the credential.
var notCredential = regexp.MustCompile(`(?i)(^(OLD)?PWD|^KUBECONFIG|_(FILE|PATH|DIR|USER|USERNAME|NAME|HOST|PORT|ENDPOINT|EXPIRY|EXPIRES|EXPIRATION|TTL|TIMEOUT|TYPE|VERSION|LENGTH|REGION|ARN|STORE|HELPER|ENABLED|CMD|COMMAND|ALGORITHM|MODE))$`)

// isFile reports whether a value is the path of something on this machine.
func isFile(value string) bool {
	if !filepath.IsAbs(value) {
		return false
	}
	for _, path := range filepath.SplitList(value) {
		if _, err := os.Stat(path); err != nil {
			return false
		}
	}
	return true
}

// sortEnvironment splits the environment into what is open, of which a child gets what it needs, and secrets, which no child gets unless
// granted.
func sortEnvironment(environ []string) (open, withheld []string) {
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		switch {
		case !isCredential(name, value):
			open = append(open, pair)
		case value != "":
			withheld = append(withheld, pair)
		}
	}
	return open, withheld
}

// keep removes the credentials that the event may not have: all of them for a fork, and for every event that does not deploy all but
// the login for the registry. They are masked all the same.
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
		if isText && (s.access == forRegistry && !c.Event.Trusted() || s.access == forDeploy && !c.Deploying() || s.access == forReview && c.Review.API == "") {
			*field = ""
		}
	}
	if !c.Deploying() {
		c.withheld = nil
	}
}

// Allows reports whether hubops.yaml allows a finding of lint in a file.
func (c *Config) Allows(rule, file string) bool {
	return slices.Contains(c.Allow, rule) || slices.Contains(c.Allow, rule+":"+file)
}

// Secrets returns every value of the environment that is secret, for redaction.
func (c *Config) Secrets() []string { return c.secrets }

// Unsecret returns the values of the environment that are no secret as a whole. There may be one inside: the password of a proxy.
func (c *Config) Unsecret() []string {
	values := make([]string, 0, len(c.open))
	for _, pair := range c.open {
		_, value, _ := strings.Cut(pair, "=")
		values = append(values, value)
	}
	return values
}

// Grant returns the withheld variables that a child needs, by prefixes of their names: AWS_ for a docker credential helper, SOPS_
// for sops. Only a run that may deploy has any.
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
