package config

// deploySettings are about releases: how they are upgraded, watched and checked.
var deploySettings = []Setting{
	{
		Key: "waves", Env: "WAVES",
		Help:  "Groups of hubs (names or patterns) that are deployed one after the other; a group in which a hub fails is the last. Hubs in none come at the end. As a variable: `staginghub test-*,*`.",
		field: func(c *Config) any { return &c.Waves },
	},
	{
		Key: "stop_after", Env: "STOP_AFTER", Default: "0", Help: "Failed hubs after which no further one of the group is begun; `0`: the others go on.",
		field: func(c *Config) any { return &c.StopAfter },
		rule:  notNegative,
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
		rule:  positive,
	},
	{
		Key: "helm.rollback", Env: "ROLLBACK", Default: "false",
		Help:  "A deploy that fails returns the hub to its last healthy revision, if that one's image is still in the registry.",
		field: func(c *Config) any { return &c.Rollback },
	},
	{
		Key: "helm.lock_timeout", Env: "LOCK_TIMEOUT", Default: "15m", Help: "How long a deploy waits for another run that works on the same hub.",
		field: func(c *Config) any { return &c.LockTimeout },
		rule:  notNegative,
	},
	{
		Key: "helm.checks", Env: "DEPLOY_CHECKS", Default: "true",
		Help:  "Lint, a dry run against the API server, a look whether the image arrives and a node can run it, and a diff before each upgrade. What the upgrade would delete is looked for in any case.",
		field: func(c *Config) any { return &c.Checks },
	},
	{
		Env: "DEPLOY_UNCHANGED", Default: "false", Help: "`1`: deploy hubs that the cluster has as they are, too.",
		field: func(c *Config) any { return &c.DeployUnchanged },
	},
	{
		Env: "REVISION", Default: "0", Help: "`rollback:hub`: the revision to go back to; the last healthy one if it is 0.",
		field: func(c *Config) any { return &c.Revision },
		rule:  notNegative,
	},
	{
		Env: "SINCE", Default: "0", Help: "`logs:hub`: show lines of this age at most, such as `10m`; the last 200 lines of each container if it is 0.",
		field: func(c *Config) any { return &c.Since },
		rule:  notNegative,
	},
	{
		Env: "FOLLOW", Default: "false", Help: "`1`: `logs:hub` goes on with what comes, until Ctrl-C.",
		field: func(c *Config) any { return &c.Follow },
	},
	{
		Env: "USER_NAME", Help: "`logs:hub`: the user whose server it is about, as the hub's admin page has the name.",
		field: func(c *Config) any { return &c.UserName },
	},
	{
		Env: "COMPONENT", Help: "`logs:hub`: the component that it is about, as the chart labels its pods: `hub`, `proxy`, `autohttps`, `user-scheduler`; hub and proxy if empty.",
		field: func(c *Config) any { return &c.Component },
	},
	{
		Env: "DELETE_DATA", Help: "`remove:hub`: the name of the hub whose claims, with all data of its users, are deleted too.",
		field: func(c *Config) any { return &c.DeleteData },
	},
	{
		Env: "ADOPT", Help: "`deploy:hub`: the name of the hub whose release, or whose namespace with what is in it, is somebody else's and is taken over.",
		field: func(c *Config) any { return &c.Adopt },
	},
	{
		Env:   "ALLOW_DELETE",
		Help:  "Hubs, by their names, whose deploy or rollback may delete bound claims with all that is on them, or all workloads; it is refused for any other hub.",
		field: func(c *Config) any { return &c.AllowDelete },
		rule:  hubNames,
	},
	{
		Env:   "ALLOW_IMAGE",
		Help:  "Digests of images, as `sha256:…` in full, that are deployed although the hub was deployed from another one of that tag, and neither this run nor a signature vouches for them.",
		field: func(c *Config) any { return &c.AllowImages },
		rule:  imageDigests,
	},
	{
		Env:   "ALLOW_OLD_SECRETS",
		Help:  "Hubs, by their names, whose rollback, or the fallback of a failed deploy, may bring back secret values that were changed since; it is refused for any other hub, `YES=1` or not.",
		field: func(c *Config) any { return &c.AllowOldSecrets },
		rule:  hubNames,
	},
	{
		Env:   "ALLOW_SECOND",
		Help:  "Hubs, by their names, that are installed although the cluster has a release under another name that looks like the hub: the same chart with the same objects, or the same address; or another cluster has the hub. It is refused for any other hub.",
		field: func(c *Config) any { return &c.AllowSecond },
		rule:  hubNames,
	},
	{
		Key: "helm.version", Env: "HELM", Help: "Major version of helm to use, 3 or 4; if empty, the one on PATH, or 4.",
		field: func(c *Config) any { return &c.HelmVersion },
		rule:  helmVersions,
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
		rule:  notNegative,
	},
	{
		Key: "watch.settle", Env: "SETTLE", Default: "10s",
		Help:  "How long a container of a new pod must go on, from its start, until it counts; where it has a readiness probe, also up to 3s from being ready. One that ends twice in this time fails the deploy. `0`: it counts at once.",
		field: func(c *Config) any { return &c.Settle },
		rule:  notNegative,
	},
	{
		Key: "watch.pull_grace", Env: "PULL_GRACE", Default: "2m",
		Help:  "How long a registry may be out of reach or limit the rate of pulls, an admission webhook not answer, and what was broken before a deploy not be tried again.",
		field: func(c *Config) any { return &c.PullGrace },
		rule:  notNegative,
	},
	{
		Key: "watch.scale_up_grace", Env: "SCALE_UP_GRACE", Default: "1m",
		Help:  "How long a cluster autoscaler may be silent about a pod that fits no node there is.",
		field: func(c *Config) any { return &c.ScaleUpGrace },
		rule:  notNegative,
	},
	{
		Key: "watch.api_grace", Env: "API_GRACE", Default: "1m",
		Help:  "How long the API server may be away while a deploy or a rollout waits.",
		field: func(c *Config) any { return &c.APIGrace },
		rule:  notNegative,
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
		Help:  "The path that must answer 200; `{baseUrl}` is `jupyterhub.hub.baseUrl` or `hub.baseUrl` of the release.",
		field: func(c *Config) any { return &c.HealthPath },
	},
	{
		Key: "health.spawn", Env: "HEALTH_SPAWN", Default: "false",
		Help:  "After a deploy or a rollback, start a server for the test user `hubopscheck`, run a cell in it, and remove both. The hub declares a service for that.",
		field: func(c *Config) any { return &c.HealthSpawn },
	},
	{
		Key: "health.spawn_from", Env: "HEALTH_SPAWN_FROM", Default: "hub/hub.services.hubops.apiToken",
		Help:  "Where the token of that service is, as `secret/key` in the hub's namespace. The default is where the JupyterHub chart keeps that of service `hubops`.",
		field: func(c *Config) any { return &c.HealthFrom },
		rule:  secretKey,
	},
}
