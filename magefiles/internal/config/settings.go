package config

// Setting is one thing that can be set: in hubops.yaml, by an environment variable, or both.
type Setting struct {
	Key     string // path in hubops.yaml; "" for what belongs to a run and not to a project
	Env     string // environment variable, which wins over the file
	Default string
	Help    string
	Secret  bool // the value is masked in all output and kept from child processes
	access  access
	field   func(*Config) any
}

// access is what a setting opens. A run whose event may not have it does not.
type access int

const (
	_           access = iota
	forRegistry        // for all but forks
	forDeploy          // for a push to a deploying branch, and on somebody's machine
)

// Settings is the one table of names, defaults and help. The reference in docs/ is made from it.
var Settings = []Setting{
	{
		Key: "image.repository", Env: "IMAGE_REPOSITORY", Default: "earthlabhubops/ea-k8s-user-{hub}",
		Help:  "Repository of a hub's user image; `{hub}` is the hub's name.",
		field: func(c *Config) any { return &c.ImageRepository },
	},
	{
		Key: "image.shared", Env: "IMAGE_SHARED",
		Help:  "Directories that are copied into every build context, each under its own name: with `user-images/scripts` a Dockerfile can say `COPY scripts /scripts`. What is in them counts for the tag.",
		field: func(c *Config) any { return &c.Shared },
	},
	{
		Key: "image.build_args", Env: "IMAGE_BUILD_ARGS",
		Help:  "Build arguments of every image, as `NAME=value`. They count for the tag, and can be read in the image: no place for a secret.",
		field: func(c *Config) any { return &c.BuildArgs },
	},
	{
		Key: "image.platforms", Env: "IMAGE_PLATFORMS",
		Help:  "Platforms that images are for, as `linux/amd64`; the builder's own if empty. They count for the tag. Several make an index, which only BuildKit builds.",
		field: func(c *Config) any { return &c.Platforms },
	},
	{
		Key: "image.attestations", Env: "IMAGE_ATTESTATIONS",
		Help:  "What BuildKit attests of an image: `provenance`, `sbom`. It is pushed beside the image, as BuildKit makes it.",
		field: func(c *Config) any { return &c.Attestations },
	},
	{
		Key: "image.compression", Env: "COMPRESSION", Default: "gzip",
		Help:  "How new layers are compressed: `gzip`, which every engine pulls, or `zstd`, which is faster and smaller, and which Docker pulls since 23.0 and containerd since 1.5.",
		field: func(c *Config) any { return &c.Compression },
	},
	{
		Key: "image.name_paths", Env: "IMAGE_NAME_PATHS", Default: "jupyterhub.singleuser.image.name",
		Help:  "Value paths of the chart that receive the image's name.",
		field: func(c *Config) any { return &c.NamePaths },
	},
	{
		Key: "image.tag_paths", Env: "IMAGE_TAG_PATHS", Default: "jupyterhub.singleuser.image.tag",
		Help:  "Value paths of the chart that receive the image's tag, always as a string.",
		field: func(c *Config) any { return &c.TagPaths },
	},
	{
		Key: "image.max_size", Env: "IMAGE_MAX_SIZE",
		Help:  "Largest size of an image, as the registry has it (compressed): `6GB`, or one for each hub or pattern: `{\"*\": 6GB, bootcamp-hub: 8GB}`, as a variable `*=6GB,bootcamp-hub=8GB`. A larger one is not pushed.",
		field: func(c *Config) any { return &c.MaxSize },
	},
	{
		Key: "image.root", Env: "IMAGE_ROOT", Default: "warn",
		Help:  "An image that runs as root: `warn`, `refuse`, or `allow`.",
		field: func(c *Config) any { return &c.RootImages },
	},
	{
		Key: "image.keep_age", Env: "IMAGE_KEEP_AGE", Default: "720h",
		Help:  "`images:prune` keeps the tags of images that are younger than this; with a unit up to `h`: `720h` are 30 days.",
		field: func(c *Config) any { return &c.KeepAge },
	},
	{
		Key: "image.keep_count", Env: "IMAGE_KEEP_COUNT", Default: "5",
		Help:  "So many tags of each hub that nothing needs are kept by `images:prune`, the newest.",
		field: func(c *Config) any { return &c.KeepCount },
	},
	{
		Key: "charts", Env: "CHARTS",
		Help:  "Charts outside `hub-charts`, as directories of the repository; each is deployed as a hub.",
		field: func(c *Config) any { return &c.Charts },
	},
	{
		Key: "branches", Env: "BRANCHES", Default: "master=*,staging=staginghub",
		Help:  "Branches whose pushes deploy, and the hubs that each owns (names or patterns); `*` is every hub that no other branch names. As a variable, which CI refuses: `master=*,staging=hub-a hub-b`.",
		field: func(c *Config) any { return &c.Branches },
	},
	{
		Key: "jobs", Env: "JOBS", Default: "4", Help: "Hubs that are built, pushed or deployed at a time.",
		field: func(c *Config) any { return &c.Jobs },
	},
	{
		Key: "lint.allow", Env: "LINT_ALLOW",
		Help:  "Findings of `lint:hubs` that are meant: `rule`, or `rule:file` for one file. A secret file in plain text, `plain-secret:secrets/<hub>.yaml`, can then be deployed.",
		field: func(c *Config) any { return &c.Allow },
	},
	{
		Key: "waves", Env: "WAVES",
		Help:  "Groups of hubs (names or patterns) that are deployed one after the other; a group in which a hub fails is the last. Hubs in none come at the end. As a variable: `staginghub test-*,*`.",
		field: func(c *Config) any { return &c.Waves },
	},
	{
		Key: "stop_after", Env: "STOP_AFTER", Default: "0", Help: "Failed hubs after which no further one of the group is begun; `0`: the others go on.",
		field: func(c *Config) any { return &c.StopAfter },
	},

	{
		Key: "cluster.provider", Env: "CLUSTER_PROVIDER", Default: "none",
		Help:  "`gke` fetches credentials for the cluster named below; `none` uses a context of the kubeconfig.",
		field: func(c *Config) any { return &c.ClusterProvider },
	},
	{
		Key: "cluster.project", Env: "CLUSTER_PROJECT", Help: "GKE: the Google Cloud project.",
		field: func(c *Config) any { return &c.ClusterProject },
	},
	{
		Key: "cluster.zone", Env: "CLUSTER_ZONE", Help: "GKE: the cluster's zone or region.",
		field: func(c *Config) any { return &c.ClusterZone },
	},
	{
		Key: "cluster.name", Env: "CLUSTER_NAME", Help: "GKE: the cluster's name.",
		field: func(c *Config) any { return &c.ClusterName },
	},
	{
		Key: "cluster.context", Env: "KUBE_CONTEXT", Help: "Context of the kubeconfig; its current one if empty.",
		field: func(c *Config) any { return &c.KubeContext },
	},
	{
		Key: "cluster.server", Env: "CLUSTER_SERVER",
		Help:  "Address of the API server, such as `https://192.0.2.7`: no deploy goes to another one. With GKE, project, zone and name say it.",
		field: func(c *Config) any { return &c.ClusterServer },
	},
	{
		Env: "KUBECONFIG_CONTENT", Secret: true, access: forDeploy,
		Help:  "Content of a kubeconfig, plain or in base64, instead of a file: for CI.",
		field: func(c *Config) any { return &c.KubeconfigContent },
	},
	{
		Key: "cluster.upgrades", Env: "CLUSTER_UPGRADES", Default: "8", Help: "Hubs that are upgraded at a time, however large `JOBS` is: what the API server can bear.",
		field: func(c *Config) any { return &c.Upgrades },
	},
	{
		Env: "HUBOPS_KUBECONFIG", Help: "Kubeconfig file, read only; `KUBECONFIG` and then kubectl's standard place if empty.",
		field: func(c *Config) any { return &c.Kubeconfig },
	},
	{
		Env: "GKE_KEY_FILE", Default: "secrets/gke-auth-key.json",
		Help:  "GKE: key file of a service account; Application Default Credentials if there is no such file.",
		field: func(c *Config) any { return &c.GKEKeyFile },
	},
	{
		Env: "GKE_KEY", Secret: true, access: forDeploy,
		Help:  "GKE: content of that file, plain or in base64, instead of it: for CI.",
		field: func(c *Config) any { return &c.GKEKey },
	},
	{
		Env: "GIT_CRYPT_KEY", Secret: true, access: forDeploy,
		Help:  "The repository's git-crypt key in base64 (`git-crypt export-key - | base64 -w0`): locked files are then decrypted for as long as they are needed, and stay locked.",
		field: func(c *Config) any { return &c.GitCryptKey },
	},
	{
		Env: "GIT_CRYPT_KEY_FILE", access: forDeploy,
		Help:  "File of the git-crypt key, instead of its content.",
		field: func(c *Config) any { return &c.GitCryptKeyFile },
	},
	{
		Key: "cluster.auth", Env: "GKE_AUTH",
		Help:  "GKE: `gcloud` logs in by that, in a configuration of the run's own; if empty, gcloud is not needed.",
		field: func(c *Config) any { return &c.GKEAuth },
	},
	{
		Env: "GKE_ENDPOINT", Default: "https://container.googleapis.com", Help: "GKE: address of the API that describes the cluster.",
		field: func(c *Config) any { return &c.GKEEndpoint },
	},

	{
		Key: "helm.force", Env: "DEPLOY_FORCE", Default: "true", Help: "Replace objects that cannot be patched (`--force`).",
		field: func(c *Config) any { return &c.Force },
	},
	{
		Key: "helm.wait", Env: "DEPLOY_WAIT", Default: "true", Help: "helm waits until everything is ready (`--wait`).",
		field: func(c *Config) any { return &c.Wait },
	},
	{
		Key: "helm.cleanup_on_fail", Env: "DEPLOY_CLEANUP_ON_FAIL", Default: "true",
		Help:  "A failed upgrade removes what it newly made (`--cleanup-on-fail`).",
		field: func(c *Config) any { return &c.CleanupOnFail },
	},
	{
		Key: "helm.timeout", Env: "DEPLOY_TIMEOUT", Default: "600s",
		Help:  "Limit of a helm upgrade, and again of the rollout after it; with a unit, or in seconds.",
		field: func(c *Config) any { return &c.Timeout },
	},
	{
		Key: "helm.rollback", Env: "ROLLBACK", Default: "false",
		Help:  "A deploy that fails returns the hub to its last healthy revision, if that one's image is still in the registry.",
		field: func(c *Config) any { return &c.Rollback },
	},
	{
		Key: "helm.lock_timeout", Env: "LOCK_TIMEOUT", Default: "15m", Help: "How long a deploy waits for another run that works on the same hub.",
		field: func(c *Config) any { return &c.LockTimeout },
	},
	{
		Key: "helm.checks", Env: "DEPLOY_CHECKS", Default: "true",
		Help:  "Lint, a dry run against the API server, and a diff before each upgrade.",
		field: func(c *Config) any { return &c.Checks },
	},
	{
		Env: "DEPLOY_UNCHANGED", Default: "false", Help: "`1`: deploy hubs that the cluster has as they are, too.",
		field: func(c *Config) any { return &c.DeployUnchanged },
	},
	{
		Env: "REVISION", Default: "0", Help: "`rollback:hub`: the revision to go back to; the last healthy one if it is 0.",
		field: func(c *Config) any { return &c.Revision },
	},
	{
		Env: "DELETE_DATA", Help: "`remove:hub`: the name of the hub whose claims, with all data of its users, are deleted too.",
		field: func(c *Config) any { return &c.DeleteData },
	},
	{
		Key: "helm.version", Env: "HELM", Help: "Major version of helm to use, 3 or 4; if empty, the one on PATH, or 4.",
		field: func(c *Config) any { return &c.HelmVersion },
	},

	{
		Key: "watch.fail_fast", Env: "FAIL_FAST", Default: "true",
		Help:  "End a deploy or a rollout as soon as it is certain to fail; `0` only tells.",
		field: func(c *Config) any { return &c.FailFast },
	},
	{
		Key: "watch.fail_after", Env: "FAIL_AFTER", Default: "4s",
		Help:  "How long a certain failure must have lasted; longer where a controller makes secrets or config maps a while after the pods that need them.",
		field: func(c *Config) any { return &c.FailAfter },
	},
	{
		Key: "watch.pull_grace", Env: "PULL_GRACE", Default: "2m",
		Help:  "How long a registry may be out of reach or limit the rate of pulls, and an admission webhook not answer.",
		field: func(c *Config) any { return &c.PullGrace },
	},
	{
		Key: "watch.scale_up_grace", Env: "SCALE_UP_GRACE", Default: "1m",
		Help:  "How long a cluster autoscaler may be silent about a pod that fits no node there is.",
		field: func(c *Config) any { return &c.ScaleUpGrace },
	},
	{
		Key: "watch.api_grace", Env: "API_GRACE", Default: "1m",
		Help:  "How long the API server may be away while a deploy or a rollout waits.",
		field: func(c *Config) any { return &c.APIGrace },
	},

	{
		Key: "health.check", Env: "HEALTH_CHECK", Default: "true",
		Help:  "Ask the hub itself after a deploy or a rollout, through the API server; a chart without the service is left alone.",
		field: func(c *Config) any { return &c.HealthCheck },
	},
	{
		Key: "health.service", Env: "HEALTH_SERVICE", Default: "http:proxy-public:80",
		Help:  "The service that is asked, as `scheme:name:port`.",
		field: func(c *Config) any { return &c.HealthService },
	},
	{
		Key: "health.path", Env: "HEALTH_PATH", Default: "{baseUrl}hub/health",
		Help:  "The path that must answer 200; `{baseUrl}` is `jupyterhub.hub.baseUrl` or `hub.baseUrl` in the hub's values.",
		field: func(c *Config) any { return &c.HealthPath },
	},

	{
		Key: "builder", Env: "BUILDER",
		Help:  "What builds images: `docker`, `podman`, or `buildkit` by buildctl; if empty, BuildKit where `BUILDKIT_HOST` is set, then Docker, then Podman.",
		field: func(c *Config) any { return &c.Builder },
	},
	{
		Env: "BUILDKIT_HOST", Help: "Address of a buildkitd: on this machine, or in a cluster (`unix://…`, `tcp://…`, `kube-pod://…`).",
		field: func(c *Config) any { return &c.BuildKitHost },
	},
	{
		Env: "BUILD", Default: "true", Help: "`0`: build nothing; then nothing is pushed either, and the run says so.",
		field: func(c *Config) any { return &c.Build },
	},
	{
		Env: "NO_SETUP", Default: "false", Help: "`1`: leave out `setup`, and use the operator's own access as it is.",
		field: func(c *Config) any { return &c.NoSetup },
	},
	{
		Env: "YES", Default: "false", Help: "`1`: with `NO_SETUP=1`, deploy without asking.",
		field: func(c *Config) any { return &c.Yes },
	},
	{
		Env: "REBUILD", Default: "false", Help: "`1`: build and push although the registry has the tag.",
		field: func(c *Config) any { return &c.Rebuild },
	},
	{
		Env: "APPLY", Default: "false", Help: "`1`: `images:prune` deletes what it lists.",
		field: func(c *Config) any { return &c.Apply },
	},

	{
		Key: "image.rebuild_on_base", Env: "REBUILD_ON_BASE", Default: "false",
		Help:  "Build images anew, under tags of their own, when the image that they are built on has moved in its registry.",
		field: func(c *Config) any { return &c.RebuildOnBase },
	},

	{
		Env: "REGISTRY_USERNAME", access: forRegistry, Help: "User for the image registry; without it, the standard keychains are asked.",
		field: func(c *Config) any { return &c.RegistryUsername },
	},
	{
		Env: "REGISTRY_PASSWORD", Secret: true, access: forRegistry, Help: "Password or token for the image registry.",
		field: func(c *Config) any { return &c.RegistryPassword },
	},

	{
		Env: "SANDBOX", Default: "true", Help: "`0`: leave a running sandbox alone and use the real registry and cluster.",
		field: func(c *Config) any { return &c.Sandbox },
	},
	{
		Env: "HUBOPS_SANDBOX_DIR", Help: "State of the sandbox; `sandbox` in the cache directory if empty.",
		field: func(c *Config) any { return &c.SandboxDir },
	},
	{
		Env: "HUBOPS_CACHE", Help: "Tools built from their modules; `hub-ops` in the user's cache directory if empty.",
		field: func(c *Config) any { return &c.CacheDir },
	},
	{
		Env: "HUBOPS_TOOLS", Default: "magefiles/tools", Help: "The modules that tools are built from.",
		field: func(c *Config) any { return &c.ToolsDir },
	},
	{
		Env: "DOCKER_CONFIG", Help: "Directory of Docker's configuration, read only; `~/.docker` if empty.",
		field: func(c *Config) any { return &c.DockerConfig },
	},
	{
		Env: "FUZZ_TIME", Default: "60s", Help: "How long `fuzz` runs each of its tests.",
		field: func(c *Config) any { return &c.FuzzTime },
	},
	{
		Env: "NO_COLOR", Help: "Any value: no colour, on a terminal either.",
		field: func(c *Config) any { return &c.NoColor },
	},
}
