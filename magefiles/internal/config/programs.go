package config

import (
	"maps"
	"os"
	"slices"
	"strings"
)

// everybodys are the variables that every child gets, as patterns: a "*" at the end stands for any text.
var everybodys = []string{
	"PATH", "HOME", "USER", "LOGNAME", "SHELL", "HOSTNAME", "LANG", "LANGUAGE", "LC_*", "LOCPATH", "LOCALE_ARCHIVE", "TZ", "TZDIR",
	"TMPDIR", "XDG_*", "TERM", "COLORTERM", "NO_COLOR", "CI", "LD_LIBRARY_PATH", "DYLD_*", "NIX_*", "__CF_USER_TEXT_ENCODING",
	"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "FTP_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "ftp_proxy", "no_proxy",
	"SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE",
}

var (
	// agents lead to a program of the operator's that knows keys and passwords.
	agents = []string{"SSH_AUTH_SOCK", "SSH_AGENT_PID", "GNUPGHOME", "GPG_TTY", "GPG_AGENT_INFO", "DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "PASSWORD_STORE_DIR"}
	// clouds say who the operator is in a cloud. What of that is secret is granted, and not in these lists.
	clouds = []string{"AWS_*", "AZURE_*", "GOOGLE_*", "GCE_METADATA_*", "CLOUDSDK_*"}

	azures = []string{"AZURE_*", "AAD_*"}

	buildkits = []string{"BUILDKIT_*", "BUILDCTL_*"}
	dockers   = slices.Concat([]string{"DOCKER_*", "BUILDX_*"}, buildkits, agents)
	podmans   = slices.Concat([]string{"CONTAINER_*", "CONTAINERS_*", "STORAGE_*", "BUILDAH_*", "PODMAN_*", "REGISTRY_AUTH_FILE", "REGISTRIES_CONFIG_PATH"}, dockers)
	gits      = slices.Concat([]string{
		"GIT_SSH*", "SSH_ASKPASS*", "GIT_ASKPASS", "GIT_CONFIG_*", "GIT_SSL_*", "GIT_HTTP_*", "GIT_PROXY_*", "GIT_TRACE*", "GIT_CURL_VERBOSE",
		"GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM", "GIT_ALLOW_PROTOCOL", "GIT_EXEC_PATH", "GIT_AUTHOR_*", "GIT_COMMITTER_*", "GIT_LFS_*",
	}, agents)
	gos = slices.Concat(strings.Fields(`GOPATH GOROOT GOBIN GOFLAGS GOCACHE GOMODCACHE GOPROXY GONOPROXY GONOSUMDB GONOSUMCHECK GOSUMDB GOINSECURE GOPRIVATE GOTOOLCHAIN GOENV GOAUTH
		GOVCS GOTMPDIR GOEXPERIMENT GOFIPS140 GODEBUG GOMAXPROCS GOGC GOMEMLIMIT GOTRACEBACK GORACE GOCOVERDIR GOOS GOARCH GOAMD64 GOARM GOARM64 GO111MODULE GOWORK GOTELEMETRY`),
		[]string{"CGO_*", "CC", "CXX", "AR", "FC", "PKG_CONFIG*"}, gits)
	kubectls = []string{"KUBECONFIG"}
	helms    = slices.Concat([]string{"HELM_BURST_LIMIT", "HELM_QPS"}, kubectls)
	sopses   = slices.Concat([]string{"SOPS_*", "VAULT_*"}, agents)
	desktops = []string{"DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS", "BROWSER", "DESKTOP_SESSION", "KDE_*", "GNOME_*"}
	cosigns  = slices.Concat([]string{"COSIGN_*", "SIGSTORE_*", "TUF_*", "VAULT_*", "TRANSIT_SECRET_ENGINE_PATH"}, agents)
)

// program is what a program gets of the environment beside what everybody gets.
type program struct {
	variables []string // patterns of names
	deploying []string // those that only runs get which may deploy: they lead to files and agents with credentials
}

// programs are those that need variables of their own, by name. None of the variables that hold a secret is in them: see Grant.
var programs = map[string]program{
	"git":         {variables: gits},
	"go":          {variables: gos},
	"docker":      {dockers, clouds},
	"podman":      {podmans, clouds},
	"buildctl":    {slices.Concat(buildkits, agents), clouds},
	"buildkitd":   {variables: buildkits},
	"rootlesskit": {variables: buildkits},
	"skopeo":      {podmans, clouds},
	"kubectl":     {nil, slices.Concat(kubectls, clouds, agents)},
	"helm":        {nil, slices.Concat(helms, clouds, agents)},
	"gcloud":      {nil, clouds},
	"aws":         {nil, []string{"AWS_*"}},
	"az":          {nil, azures},
	"kubelogin":   {nil, azures},
	"sops":        {nil, slices.Concat(sopses, clouds)},
	"xdg-open":    {variables: desktops},
	"cosign":      {nil, slices.Concat(cosigns, clouds)},
	ProjectsTests: {[]string{"HUBOPS_*", "MAGEFILE_*"}, nil},

	"jupyter-repo2docker": {variables: []string{"DOCKER_*", "PYTHONPATH", "VIRTUAL_ENV"}},
}

// ProjectsTests stands for the programs that test and check hub-ops itself: they start all the others.
const ProjectsTests = "tests of hub-ops"

// ForPrograms returns, by a program's name, the variables that it gets beside what every child gets. What has a secret in it is
// not among them.
func (c *Config) ForPrograms() map[string][]string {
	given := map[string][]string{}
	for name, p := range programs {
		patterns := p.variables
		if c.Deploying() {
			patterns = slices.Concat(patterns, p.deploying)
		}
		if name == ProjectsTests {
			patterns = slices.Concat(patterns, anyPrograms())
		}
		for _, pair := range c.open {
			if matchesAny(nameOf(pair), patterns) {
				given[name] = append(given[name], pair)
			}
		}
	}
	return given
}

// anyPrograms returns the patterns of all programs together.
func anyPrograms() []string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(programs)) {
		all = slices.Concat(all, programs[name].variables, programs[name].deploying)
	}
	return all
}

// Named returns the variables that HUBOPS_ENV names: every child gets them, and what is secret of them only in a run that may
// deploy.
func (c *Config) Named() []string {
	var named []string
	for _, pair := range c.open {
		if matchesAny(nameOf(pair), c.ChildEnv) {
			named = append(named, pair)
		}
	}
	for _, pair := range c.withheld {
		if matchesAny(nameOf(pair), c.ChildEnv) {
			named = append(named, pair)
		}
	}
	return named
}

// keepToPrograms removes from this process's environment what neither it nor any program needs from there, because libraries pass on
// the whole environment when they start a credential helper of Docker's. What is kept for helpers and for libraries of the clouds
// goes with a run that may deploy.
func (c *Config) keepToPrograms(environ []string) {
	kept := slices.Concat(everybodys, anyPrograms(), c.ChildEnv)
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		cloud := matchesAny(name, clouds)
		if !matchesAny(name, kept) || cloud && !c.Deploying() || !cloud && isCredential(name, value) {
			_ = os.Unsetenv(name) // it fails for invalid names only
		}
	}
}

// matchesAny reports whether the name is one of the patterns.
func matchesAny(name string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		prefix, open := strings.CutSuffix(pattern, "*")
		return name == pattern || open && strings.HasPrefix(name, prefix)
	})
}

func nameOf(pair string) string {
	name, _, _ := strings.Cut(pair, "=")
	return name
}
