package config

// projectSettings are about the project as a whole, and about this machine.
var projectSettings = []Setting{
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
		Key: "jobs", Env: "JOBS", Default: "0",
		Help:  "Hubs that are built, pushed or deployed at a time; `0`: 4, and as many as `cluster.upgrades` where the work is to wait: deploys and rollouts.",
		field: func(c *Config) any { return &c.Jobs },
		rule:  notNegative,
	},
	{
		Key: "lint.allow", Env: "LINT_ALLOW",
		Help:  "Findings of `lint` that are meant: `rule`, or `rule:file` for one file. A secret file in plain text, `plain-secret:secrets/<hub>.yaml`, can then be deployed.",
		field: func(c *Config) any { return &c.Allow },
	},
	{
		Key: "secrets.key_services", Env: "KEY_SERVICES",
		Help:  "Where sops may ask for the key of a file, beside age and PGP: addresses of Vaults and Azure Key Vaults, and names of keys in other clouds, such as `arn:aws:kms:eu-central-1:111122223333:*`; `*` at the end stands for any text. The file of the owning branch at `origin` counts. The Vault of `VAULT_ADDR` is allowed.",
		field: func(c *Config) any { return &c.KeyServices },
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
		Env:   "HUBOPS_ENV",
		Help:  "Variables, as `KUBELOGIN_*,OP_ACCOUNT`, that programs get beside those that each needs: for a credential helper of your own. One that looks secret only a run gets that may deploy.",
		field: func(c *Config) any { return &c.ChildEnv },
	},
	{
		Env: "DOCKER_CONFIG", Help: "Directory of Docker's configuration, read only; `~/.docker` if empty.",
		field: func(c *Config) any { return &c.DockerConfig },
	},
	{
		Env: "FUZZ", Help: "Regular expression for the names of the tests that `dev:fuzz` runs; all if empty.",
		field: func(c *Config) any { return &c.Fuzz },
	},
	{
		Env: "FUZZ_TIME", Default: "60s", Help: "How long `dev:fuzz` runs each of its tests.",
		field: func(c *Config) any { return &c.FuzzTime },
		rule:  positive,
	},
	{
		Env: "NO_COLOR", Help: "Any value: no colour, on a terminal either.",
		field: func(c *Config) any { return &c.NoColor },
	},
}
