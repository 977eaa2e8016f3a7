// Package config turns hubops.yaml and the environment into one validated value. It alone reads the environment.
package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/yamldoc"
)

// File is the name of the settings file, in the root of the repository.
const File = "hubops.yaml"

// Config is everything that was set, for one run.
type Config struct {
	Root    string   // the repository's top directory, absolute
	Environ []string // the environment for child processes: the operator's, less the variables that hold a secret
	Event   ci.Event

	BuildName string // the CI system's run of this: travis-12; "" on a machine of one's own
	BuildPage string // its address

	ImageRepository string        // with {hub} for the hub's name
	Shared          []string      // directories that are copied into every build context
	BuildArgs       []string      // NAME=value
	Platforms       []string      // that images are for, as linux/arm64
	Attestations    []string      // "provenance", "sbom"
	Compression     string        // of layers: "gzip" or "zstd"
	NamePaths       []string      // value paths that receive the image's name
	TagPaths        []string      // value paths that receive the image's tag
	MaxSize         []SizeLimit   // of images, compressed
	RootImages      string        // "warn", "refuse" or "allow" images that run as root
	KeepAge         time.Duration // younger images are not pruned
	KeepCount       int           // so many images of a hub that nothing needs are not pruned either
	Charts          []string      // chart directories outside hub-charts
	Branches        []Branch      // the deploying branches
	Jobs            int           // hubs at a time
	Allow           []string      // findings of lint:hubs that are meant

	ClusterProvider string // "none" or "gke"
	ClusterProject  string
	ClusterZone     string
	ClusterName     string
	Kubeconfig      string // path; the standard places if empty
	KubeContext     string // the kubeconfig's current one if empty
	GKEKeyFile      string
	GKEEndpoint     string
	GKEAuth         string // "gcloud", or "" for our own
	GKEKey          string // content of the key file, instead of it
	ClusterServer   string // the only API server that deploys go to; "" if nobody said

	KubeconfigContent string // instead of a file
	GitCryptKey       string // base64
	GitCryptKeyFile   string

	HelmVersion   string // "3", "4", or "" for what there is
	Force         bool
	Wait          bool
	CleanupOnFail bool
	Rollback      bool          // a failed deploy returns to the last healthy revision
	Timeout       time.Duration // of a helm upgrade, and again of the rollout after it

	FailFast     bool          // end a deploy or rollout that is certain to fail
	FailAfter    time.Duration // how long such a failure must have lasted
	PullGrace    time.Duration // how long a registry may be unreachable, or limit the rate
	ScaleUpGrace time.Duration // how long an autoscaler may be silent about a pod that fits no node
	APIGrace     time.Duration // how long the API server may be silent

	HealthCheck   bool   // ask the hub itself after a rollout
	HealthService string // scheme:service:port, as the API server's proxy takes it
	HealthPath    string // with {baseUrl} for the hub's

	Waves           [][]string // hubs (names or patterns) that are deployed one group after the other
	StopAfter       int        // failures after which no further hub is begun; 0: never
	Upgrades        int        // hubs of the cluster that are upgraded at a time, however large Jobs is
	LockTimeout     time.Duration
	Checks          bool // lint, render, dry run and diff before each upgrade
	DeployUnchanged bool
	Revision        int    // to roll back to; 0: the last healthy one
	DeleteData      string // the hub whose claims are deleted when it is removed

	Builder      string // "docker", "buildkit", "podman", or "" for what there is
	BuildKitHost string // address of a buildkitd

	Build   bool // false: nothing is built or pushed
	NoSetup bool
	Yes     bool // nobody is asked
	Rebuild bool // build and push although the registry has the tag
	Apply   bool // delete what would be deleted

	RebuildOnBase bool // build images whose base has moved

	RegistryUsername string
	RegistryPassword string

	Sandbox    bool   // use a running sandbox for everything
	SandboxDir string // state of the sandbox
	CacheDir   string // tools built from their modules
	ToolsDir   string // the modules they are built from

	FuzzTime     time.Duration // of each fuzz test
	NoColor      string        // any value but none: no colour
	DockerConfig string        // directory of the operator's Docker configuration, read only
	CloudSDK     string        // directory of the operator's gcloud configuration, read only
	RuntimeDir   string        // of the login session, in memory: XDG_RUNTIME_DIR

	withheld []string // variables that hold a secret, for the children that need one
	secrets  []string // all secret values, of settings and of variables
}

// Branch is a deploying branch and the hubs that it owns.
type Branch struct {
	Name string
	Hubs []string // names or patterns of path.Match; "*" alone is every hub that no other branch names
}

// Open is Load with this process's environment.
func Open(root string) (*Config, error) { return Load(root, os.Environ()) }

// Load reads root/hubops.yaml, if it is there, and then the environment, which wins.
func Load(root string, environ []string) (*Config, error) {
	env := map[string]string{}
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		env[name] = value
	}
	event, err := ci.Detect(ci.Source{Env: func(name string) string { return env[name] }})
	if err != nil {
		return nil, err
	}
	c := &Config{Root: root, Event: event}
	if debug := env["HELM_DEBUG"]; debug != "" && event.InCI() {
		return nil, exit.Input("HELM_DEBUG is set: helm would print every secret value into the log of CI; unset it")
	}
	for _, s := range Settings {
		if err := setText(s.field(c), s.Default); err != nil {
			panic("default of " + s.Env + ": " + err.Error())
		}
	}
	if err := c.readFile(); err != nil {
		return nil, err
	}
	for _, s := range Settings {
		if text, set := env[s.Env]; set && text != "" {
			if s.Env == "BRANCHES" && c.Event.InCI() {
				return nil, exit.Input("BRANCHES is set: in CI only hubops.yaml says which branch owns which hub; unset it")
			}
			if err := setText(s.field(c), text); err != nil {
				return nil, exit.Input("%s=%s: %w", s.Env, shown(s, text), err)
			}
		}
	}
	c.BuildName, c.BuildPage = ci.Build(func(name string) string { return env[name] })
	c.Environ, c.withheld = sortEnvironment(environ)
	c.keep()
	return c, c.validate(env)
}

// readFile applies hubops.yaml.
func (c *Config) readFile() error {
	top, err := yamldoc.Read(c.Root, File)
	if errors.Is(err, fs.ErrNotExist) || err == nil && top == nil {
		return nil
	}
	if err != nil {
		return err
	}
	return c.readMapping("", top)
}

// readMapping applies the keys of a mapping; prefix is the path to it, as "helm.", or "" at the top.
func (c *Config) readMapping(prefix string, node *yaml.Node) error {
	if node.Kind != yaml.MappingNode {
		return yamldoc.At(File, node, "%s: expected keys and values", strings.TrimSuffix(prefix, "."))
	}
	for i := 0; i < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		path := prefix + key.Value
		if err := c.readKey(path, key, value); err != nil {
			return err
		}
	}
	return nil
}

func (c *Config) readKey(path string, key, value *yaml.Node) error {
	if setting := settingOf(path); setting != nil {
		if err := setNode(setting.field(c), value); err != nil {
			return yamldoc.At(File, value, "%s: %v", path, err)
		}
		return nil
	}
	if isSection(path) {
		return c.readMapping(path+".", value)
	}
	return yamldoc.At(File, key, "unknown key %q; the keys are %s", path, strings.Join(keysBeside(path), ", "))
}

func (c *Config) validate(env map[string]string) error {
	if c.Jobs < 1 {
		return exit.Input("jobs (JOBS) is %d: at least one hub at a time", c.Jobs)
	}
	if c.Timeout <= 0 {
		return exit.Input("helm.timeout (DEPLOY_TIMEOUT) is %s: it must be longer than nothing", c.Timeout)
	}
	if !slices.Contains([]string{"warn", "refuse", "allow"}, c.RootImages) {
		return exit.Input("image.root (IMAGE_ROOT) is %q: it can be warn, refuse or allow", c.RootImages)
	}
	if c.KeepAge < 0 || c.KeepCount < 0 {
		return exit.Input("image.keep_age (IMAGE_KEEP_AGE) is %s and image.keep_count (IMAGE_KEEP_COUNT) is %d: neither can be less than nothing", c.KeepAge, c.KeepCount)
	}
	if err := c.checkGraces(); err != nil {
		return err
	}
	if !slices.Contains([]string{"none", "gke"}, c.ClusterProvider) {
		return exit.Input("cluster.provider (CLUSTER_PROVIDER) is %q: it can be none or gke", c.ClusterProvider)
	}
	if !slices.Contains([]string{"", "gcloud"}, c.GKEAuth) {
		return exit.Input("cluster.auth (GKE_AUTH) is %q: it can be gcloud, or empty", c.GKEAuth)
	}
	if c.ClusterServer != "" && !strings.HasPrefix(c.ClusterServer, "https://") {
		return exit.Input("cluster.server (CLUSTER_SERVER) is %q: it must be like https://192.0.2.7", c.ClusterServer)
	}
	if c.ClusterProvider == "gke" && (c.ClusterProject == "" || c.ClusterZone == "" || c.ClusterName == "") {
		return exit.Input("cluster.provider (CLUSTER_PROVIDER) is gke: cluster.project, cluster.zone and cluster.name must say which cluster")
	}
	if !slices.Contains([]string{"", "3", "4"}, c.HelmVersion) {
		if c.HelmVersion == "2" {
			return exit.Input("helm.version (HELM) is 2: Helm 2 ended in 2020 and is not supported; move the releases with the helm-2to3 plugin, and use 3 or 4")
		}
		return exit.Input("helm.version (HELM) is %q: it can be 3 or 4", c.HelmVersion)
	}
	if c.Upgrades < 1 || c.StopAfter < 0 || c.LockTimeout < 0 || c.Revision < 0 {
		return exit.Input("cluster.upgrades (CLUSTER_UPGRADES) must be 1 or more; stop_after (STOP_AFTER), helm.lock_timeout (LOCK_TIMEOUT) and REVISION cannot be negative")
	}
	if err := c.checkImages(); err != nil {
		return err
	}
	if !slices.Contains([]string{"", "docker", "buildkit", "podman"}, c.Builder) {
		return exit.Input("builder (BUILDER) is %q: it can be docker, buildkit or podman", c.Builder)
	}
	if c.Builder == "buildkit" && c.BuildKitHost == "" {
		return exit.Input("builder (BUILDER) is buildkit: BUILDKIT_HOST must say where a buildkitd is, such as unix:///run/buildkit/buildkitd.sock")
	}
	if !strings.Contains(c.ImageRepository, "{hub}") {
		return exit.Input("image.repository (IMAGE_REPOSITORY) is %q: it must hold {hub}, or all hubs share one image", c.ImageRepository)
	}
	return c.findDirectories(env)
}

// findDirectories fills in the directories that have no fixed default.
func (c *Config) findDirectories(env map[string]string) error {
	if c.CacheDir == "" {
		base := env["XDG_CACHE_HOME"]
		if base == "" {
			var err error
			if base, err = os.UserCacheDir(); err != nil {
				return exit.Input("no place for built tools: %w; set HUBOPS_CACHE", err)
			}
		}
		c.CacheDir = filepath.Join(base, "hub-ops")
	}
	if c.SandboxDir == "" {
		c.SandboxDir = filepath.Join(c.CacheDir, "sandbox")
	}
	if c.Kubeconfig == "" {
		c.Kubeconfig = env["KUBECONFIG"]
	}
	if c.DockerConfig == "" && env["HOME"] != "" {
		c.DockerConfig = filepath.Join(env["HOME"], ".docker")
	}
	if !c.Event.Trusted() {
		c.DockerConfig = "" // somebody may be logged in there
	}
	if c.CloudSDK = env["CLOUDSDK_CONFIG"]; c.CloudSDK == "" && env["HOME"] != "" {
		c.CloudSDK = filepath.Join(env["HOME"], ".config", "gcloud")
	}
	c.RuntimeDir = env["XDG_RUNTIME_DIR"]
	for _, dir := range []*string{&c.CacheDir, &c.SandboxDir, &c.ToolsDir, &c.GKEKeyFile} {
		if !filepath.IsAbs(*dir) {
			*dir = filepath.Join(c.Root, *dir)
		}
	}
	return nil
}
