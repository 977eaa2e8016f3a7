// Package config reads hubops.yaml and the environment, which go before it, into one validated Config. No other package reads the
// environment. Package session calls it once for a run; after that the Config is only read.
package config

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"sync"
	"time"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/ci"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/layout"
	"hub-ops/magefiles/internal/share"
	"hub-ops/magefiles/internal/yamldoc"
)

// File is the name of the settings file, in the root of the repository.
const File = "hubops.yaml"

// Config is everything that was set, for one run.
type Config struct {
	Root    string   // the repository's top directory, absolute
	Environ []string // what every child process gets of the operator's environment
	Event   ci.Event

	BuildName string // the CI system's name for this run: travis-12; "" outside of CI
	BuildPage string // its address

	AnnounceOn      []string // "deploys", "failures"
	AnnounceForm    string   // "slack" or "json"
	AnnounceWebhook string   // address
	GrafanaURL      string
	GrafanaToken    string

	ShareText  string      // SHARE, as it is written
	Share      share.Share // the part of the hubs that the run is about
	Shares     string      // which hubs are in which share: see package share; "" if nobody says it
	MatrixJobs int         // that hubs are divided among, at most
	MatrixFor  string      // the CI system that a matrix is written for; "" for the one that it runs in

	Review      ci.Review // where reviewers look
	GitHubToken string    // for the comment of a pull request, and nothing else
	GitLabToken string    // likewise

	ImageRepository string          // with {hub} for the hub's name
	Shared          []string        // directories that are copied into every build context
	BuildArgs       []string        // NAME=value
	Platforms       []string        // that images are for, as linux/arm64
	Attestations    []string        // "provenance", "sbom"
	Compression     string          // of layers: "gzip" or "zstd"
	NamePaths       []string        // value paths that receive the image's name
	TagPaths        []string        // value paths that receive the image's tag
	MaxSize         []SizeLimit     // of images, compressed
	RootImages      string          // "warn", "refuse" or "allow" images that run as root
	CosignKeyGiven  bool            // CosignPublicKey is from the environment
	CosignPublicKey string          // a file, its content, or its place in a key management service
	KeepAge         time.Duration   // younger images are not pruned
	KeepCount       int             // number of unneeded images of a hub that are not pruned
	Charts          []string        // directories of charts outside hub-charts
	Layout          layout.Settings // where the parts of hubs lie
	Hubs            []HubSettings   // what differs for some hubs: see For
	Branches        []Branch        // the deploying branches; nil if that is not set: the default branch of origin
	Jobs            int             // hubs at a time; 0: see AtATime
	Allow           []string        // findings of lint that are allowed
	DocsCommand     string          // builds the repository's documentation, by a shell
	DocsDirectory   string          // where

	Cluster          string    // the one that the run is about; "" for all
	Clusters         []Cluster // several; none where the settings below are about the only one
	ClusterProvider  string    // "none", "gke", "eks" or "aks"
	ClusterProject   string
	ClusterZone      string
	ClusterName      string
	ClusterGroup     string
	ClusterAccount   string
	ClusterGiven     bool // which cluster of a cloud it is, is from the environment
	ClusterVaried    bool // what is so of one of several is from the environment
	Credentials      Credentials
	Kubeconfig       string // path, or a list of paths as KUBECONFIG has it; empty without HOME
	KubeContext      string // the kubeconfig's current one if empty
	GKEKeyFile       string
	GKEEndpoint      string
	GKEAuth          string    // "gcloud", or "" for our own
	GKEKey           string    // content of the key file, instead of it
	ClusterServer    string    // the only API server that deploys may go to; "" for any
	Allowed          []Allowed // what hubs may make outside of their own namespaces
	Impersonate      string    // the account in whose name a hub is changed, with {hub}; "" for our own
	ImpersonateGiven bool      // Impersonate is from the environment

	KubeconfigContent string // instead of a file
	GitCryptKey       string // base64
	GitCryptKeyFile   string
	KeyServices       []string // addresses of those that sops may ask
	KeyServicesGiven  bool     // these are from the environment
	VaultAddress      string   // of the operator's Vault: VAULT_ADDR

	HelmVersion   string // "3", "4", or "" for either
	Force         bool
	Wait          bool
	CleanupOnFail bool
	Rollback      bool          // a failed deploy returns to the last healthy revision
	Timeout       time.Duration // of a helm upgrade, and again of the rollout after it

	FailFast     bool          // end a deploy or rollout that is certain to fail
	FailAfter    time.Duration // how long such a failure must have lasted
	Settle       time.Duration // how long a new pod must hold until it counts
	PullGrace    time.Duration // how long a registry may be unreachable, or limit the rate
	ScaleUpGrace time.Duration // how long an autoscaler may be silent about a pod that fits no node
	APIGrace     time.Duration // how long the API server may be silent

	HealthCheck   bool   // ask the hub itself after a rollout
	HealthService string // scheme:service:port, as the API server's proxy takes it
	HealthPath    string // with {baseUrl} for the hub's
	HealthSpawn   bool   // start a server for a test user after a deploy
	HealthFrom    string // Secret/key of the token that may do that

	Waves           [][]string    // hubs (names or patterns) that are deployed one group after the other
	StopAfter       int           // failures after which no further hub is begun; 0: never
	Rounds          []Round       // groups of hubs, of all clusters, that a change reaches one after the other
	RoundSoak       time.Duration // of rounds that do not say it
	RoundsFor       []string      // "chart", "image", "tool": the changes that go in rounds
	RoundsResume    string        // "push", or "schedule": what goes on with rounds
	RoundWait       time.Duration // the longest end of a soak time that a run itself waits for
	AllowEarly      []string      // hubs that are deployed before their round: see MayBeEarly
	Upgrades        int           // hubs of the cluster that are upgraded at a time, however large Jobs is
	LockTimeout     time.Duration
	Checks          bool // lint, render, dry run and diff before each upgrade
	DeployUnchanged bool
	Revision        int      // to roll back to; 0: the last healthy one
	DeleteData      string   // the hub whose claims are deleted when it is removed
	Adopt           string   // the hub whose release or namespace is taken over from somebody else
	AllowImages     []string // digests of images that an operator vouches for
	AllowDelete     []string // hubs whose deploys and rollbacks may delete bound claims, and all workloads: see MayDelete
	AllowSecond     []string // hubs that may be installed beside a release that looks like them: see MayHaveTwo
	AllowOldSecrets []string // hubs whose rollbacks may bring back secret values that were changed since: see MayBringBack

	Builder      string // "docker", "buildkit", "podman", or "" for the first that is there
	BuildKitHost string // address of a buildkitd

	Build   bool // false: nothing is built or pushed
	NoSetup bool
	Yes     bool   // do not ask for confirmation
	Rebuild bool   // build and push although the registry has the tag
	Apply   bool   // delete what would be deleted
	Bump    string // how far versions go that are bumped
	From    string // the hub that new:hub copies; "" for none
	Copy    bool   // adopt copies hub-ops into the repository

	Since     time.Duration // the age of the oldest line of a log that logs:hub shows; 0: the last lines
	Follow    bool          // logs:hub goes on
	UserName  string        // whose server logs:hub is about; "" for the hub itself
	Component string        // which of the hub's logs:hub is about; "" for hub and proxy

	RebuildOnBase bool // build images whose base has moved

	RegistryUsername string
	RegistryPassword string
	RegistryHost     string // that these are for; "" if only hubops.yaml says it
	RepositoryGiven  bool   // ImageRepository is from the environment

	CosignPrivateKey string // content, as it is or in base64
	CosignKeyFile    string // or its file, or its place in a key management service
	CosignPassword   string

	Sandbox      bool   // use a running sandbox for everything
	SandboxDir   string // state of the sandbox
	SandboxNodes string // "played", "real", or "" for the sandbox to choose
	SandboxHub   string // "jupyterhub", "program", or "" likewise
	CacheDir     string // tools built from their modules
	ToolsDir     string // the modules they are built from; "" for those in this program

	Fuzz         string        // pattern of the fuzz tests to run
	FuzzTime     time.Duration // of each fuzz test
	ReleaseFor   []string      // platforms of a release, as linux/arm64
	NoColor      string        // no colour if not ""
	Watch        bool          // status goes on
	Verbose      bool          // lines alone, on a terminal too
	Terminal     string        // its kind: TERM
	UTF8         bool          // what it shows, by the locale
	Output       string        // "json", "markdown", or "" for what a person reads
	DockerConfig string        // directory of the operator's Docker configuration, read only
	CloudSDK     string        // directory of the operator's gcloud configuration, read only
	AzureConfig  string        // and of az's
	RuntimeDir   string        // of the login session, in memory: XDG_RUNTIME_DIR
	Desktop      bool          // a person sits at this machine, where a window can be opened

	fromVariables []func(*Config) // set again the per-hub settings that variables give, see For
	ofCluster     []func(*Config) // and those of a cluster, see On

	ChildEnv []string // names of further variables that children get

	open     []string // variables that hold no secret: children get what they need of them
	withheld []string // variables that hold a secret, for the children that need one
	secrets  []string // all secret values, of settings and of variables
}

// Branch is a deploying branch and the hubs that it owns.
type Branch struct {
	Name string
	Hubs []string // names or patterns of path.Match; "*" alone is every hub that no other branch names
}

// Open is Load with this process's environment, of which this process then keeps only what it or a program needs.
func Open(root string) (*Config, error) {
	c, err := Load(root, environment())
	if err == nil {
		c.keepToPrograms(environment())
	}
	return c, err
}

// environment returns the environment that this process began with.
var environment = sync.OnceValue(os.Environ)

// Emptied returns, as empty variables, what this process has in its environment and children do not get: for package mage/sh,
// which passes on the whole environment. children are the variables that they get.
func Emptied(children []string) map[string]string {
	empty := map[string]string{}
	for _, pair := range os.Environ() {
		empty[nameOf(pair)] = ""
	}
	for _, pair := range children {
		delete(empty, nameOf(pair))
	}
	return empty
}

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
	if event.Default == "" {
		event.Default = clonedDefault(root)
	}
	c := &Config{Root: root, Event: event}
	if debug := env["HELM_DEBUG"]; debug != "" && event.InCI() {
		return nil, exit.Input("HELM_DEBUG is set: helm would print every secret value into the log of CI").Try("unset it")
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
		if text, set := env[s.Env]; set && text != "" && s.Env != "" {
			if s.Env == "BRANCHES" && c.Event.InCI() {
				return nil, exit.Input("BRANCHES is set: in CI only hubops.yaml says which branch owns which hub").Try("unset it")
			}
			if err := s.set(c, func(field any) error { return setText(field, text) }); err != nil {
				return nil, exit.Input("%s=%s: %w", s.Env, shown(s, text), err)
			}
			if s.perHub() {
				c.fromVariables = append(c.fromVariables, func(c *Config) { _ = setText(s.field(c), text) }) // this worked above
			}
			if s.perCluster() {
				c.ofCluster = append(c.ofCluster, func(c *Config) { _ = setText(s.field(c), text) })
			}
		}
	}
	c.ImpersonateGiven = env["CLUSTER_IMPERSONATE"] != ""
	c.CosignKeyGiven = env["COSIGN_PUBLIC_KEY"] != ""
	c.RepositoryGiven, c.KeyServicesGiven, c.VaultAddress = env["IMAGE_REPOSITORY"] != "", env["KEY_SERVICES"] != "", env["VAULT_ADDR"]
	c.BuildName, c.BuildPage = ci.Build(func(name string) string { return env[name] })
	c.Review = ci.ReviewOf(event, func(name string) string { return env[name] })
	c.open, c.withheld = sortEnvironment(environ)
	for _, pair := range c.open {
		if matchesAny(nameOf(pair), everybodys) {
			c.Environ = append(c.Environ, pair)
		}
	}
	c.Environ = append(c.Environ, "KUBERC=off") // kubectl's file of an operator's own defaults, which lies in the home directory
	c.keep()
	return c, c.validate(env)
}

// readFile applies hubops.yaml.
func (c *Config) readFile() error {
	if err := checkName(c.Root); err != nil {
		return err
	}
	top, err := yamldoc.Read(c.Root, File)
	if errors.Is(err, fs.ErrNotExist) || err == nil && top == nil {
		return nil
	}
	if err != nil {
		return withQuotes(err)
	}
	if err := c.readMapping("", top); err != nil {
		return err
	}
	if err := c.checkRounds(top); err != nil {
		return err
	}
	c.Event.Resumes = c.Event.Kind == ci.Cron && c.Resumes()
	c.Branches, err = branchesOf(File, top, c.Branches, c.Layout.Environments)
	return err
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
	switch path {
	case hubsKey:
		return c.readHubs(value)
	case clustersKey:
		return c.readClusters(value)
	}
	if setting := settingOf(path); setting != nil {
		if err := setting.set(c, func(field any) error { return setNode(field, value) }); err != nil {
			return atNode(File, value, path, err)
		}
		return nil
	}
	if isSection(path) {
		return c.readMapping(path+".", value)
	}
	return yamldoc.At(File, key, "unknown key %q; the keys are %s", path, strings.Join(keysBeside(path), ", "))
}

// atNode is an error of a setting with the line of its node, or of the one that the error names.
func atNode(file string, node *yaml.Node, path string, err error) error {
	if inner := (nodeError{}); errors.As(err, &inner) {
		node = inner.node
	}
	return yamldoc.At(file, node, "%s: %v", path, err)
}

// validate refuses settings that contradict each other.
func (c *Config) validate(env map[string]string) error {
	if err := c.readShare(); err != nil {
		return err
	}
	c.ClusterGiven = c.On(c.Cluster).clusterGiven(env)
	c.soakRounds(env)
	if err := c.checkClusters(env); err != nil {
		return err
	}
	if c.CosignPrivateKey != "" && c.CosignKeyFile != "" {
		return exit.Input("COSIGN_PRIVATE_KEY and COSIGN_KEY_FILE are both set: which key is to sign?").Try("unset one")
	}
	if err := c.checkSigned(); err != nil {
		return err
	}
	if c.Builder == "buildkit" && c.BuildKitHost == "" {
		return exit.Input("builder (BUILDER) is buildkit, and BUILDKIT_HOST is not set").Try("say with BUILDKIT_HOST where a buildkitd is, such as unix:///run/buildkit/buildkitd.sock")
	}
	return c.findDirectories(env)
}
