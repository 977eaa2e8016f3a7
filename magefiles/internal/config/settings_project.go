package config

import (
	"fmt"
	"path/filepath"

	"hub-ops/magefiles/internal/share"
)

// projectSettings are about the project as a whole, and about this machine.
var projectSettings = []Setting{
	{
		Key: "charts", Env: "CHARTS",
		Help:  "Charts outside `hub-charts`, as directories of the repository; each is deployed as a hub.",
		field: func(c *Config) any { return &c.Charts },
	},
	{
		Key: "branches", Env: "BRANCHES",
		Help:  "Branches whose pushes deploy, and the hubs that each owns (names or patterns); `*` is every hub that no other branch names. If it is not set, the default branch of `origin` deploys all hubs. In CI the file of the default branch at `origin` decides. As a variable, which CI refuses: `master=*,staging=hub-a hub-b`.",
		field: func(c *Config) any { return &c.Branches },
	},
	{
		Key: "jobs", Env: "JOBS", Default: "0",
		Help:  "Hubs that are built, pushed or deployed at a time; `0`: 4, and as many as `cluster.upgrades` where the work is to wait: deploys and rollouts. Of several clusters it counts for all together; `0`: twice the largest `upgrades`.",
		field: func(c *Config) any { return &c.Jobs },
		rule:  notNegative,
	},
	{
		Key: "lint.allow", Env: "LINT_ALLOW",
		Help:  "Findings of `lint` that are meant: `rule`, or `rule:file` for one file. A secret file in plain text, `plain-secret:secrets/<hub>.yaml`, can then be deployed.",
		field: func(c *Config) any { return &c.Allow },
	},
	{
		Key:   "docs.command",
		Help:  "Shell command that builds the repository's documentation, in `docs.directory`: `ci` runs it for events that deploy nothing. If empty, Sphinx builds it where that directory holds a `conf.py`, into a directory of the run.",
		field: func(c *Config) any { return &c.DocsCommand },
	},
	{
		Key: "docs.directory", Default: "docs", Help: "Directory of the repository's documentation.",
		field: func(c *Config) any { return &c.DocsDirectory },
		rule: text(func(dir string) error {
			if !filepath.IsLocal(dir) {
				return fmt.Errorf("%q: it leads out of the repository", dir)
			}
			return nil
		}),
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
		Env: "COPY", Default: "false", Help: "`1`: `adopt` copies hub-ops into the repository, instead of having CI fetch it.",
		field: func(c *Config) any { return &c.Copy },
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
		Env: "SANDBOX_NODES", Help: "Nodes of the sandbox: `real` runs what is deployed, in containers, and needs Linux and root; `played`: nothing runs, and kwok says what a node would; empty: real where this machine can have one.",
		field: func(c *Config) any { return &c.SandboxNodes },
		rule:  oneOf("", "played", "real"),
	},
	{
		Env: "SANDBOX_HUB", Help: "What the demonstration's hubs are: a `jupyterhub`, which needs a real node, or a small `program` in its place; if empty, whichever can be had.",
		field: func(c *Config) any { return &c.SandboxHub },
		rule:  oneOf("", "jupyterhub", "program"),
	},
	{
		Env: "HUBOPS_CACHE", Help: "Tools built from their modules; `hub-ops` in the user's cache directory if empty.",
		field: func(c *Config) any { return &c.CacheDir },
	},
	{
		Env: "HUBOPS_TOOLS", Help: "Directory of modules that tools are built from, each as `cosign.mod` and `cosign.sum`; those of `magefiles/tools`, which are in the program, if empty.",
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
		Env: "RELEASE_FOR", Default: "linux/amd64,linux/arm64,darwin/amd64,darwin/arm64", Help: "The platforms that `dev:release` compiles for.",
		field: func(c *Config) any { return &c.ReleaseFor },
	},
	{
		Env: "GITHUB_TOKEN", Secret: true, access: forReview,
		Help:  "In a pull request on GitHub, the token that writes the plan as [a comment](/howto/ci): `${{ github.token }}` of a job with `pull-requests: write`.",
		field: func(c *Config) any { return &c.GitHubToken },
	},
	{
		Env: "GITLAB_TOKEN", Secret: true, access: forReview,
		Help:  "Likewise on GitLab: an access token of the project with the scope `api`.",
		field: func(c *Config) any { return &c.GitLabToken },
	},
	{
		Env:   "SHARE",
		Help:  "`3/8`: the run is about the third of eight shares of the hubs alone, as [a job of a matrix](/howto/ci-matrix). Each hub is in exactly one.",
		field: func(c *Config) any { return &c.ShareText },
		rule:  text(func(value string) error { _, err := share.Parse(value); return err }),
	},
	{
		Env:   "SHARES",
		Help:  "Which hubs are in which share, as `ci:matrix` has printed it; all jobs of a run have the same. What it does not name, the commit decides.",
		field: func(c *Config) any { return &c.Shares },
	},
	{
		Env: "MATRIX_JOBS", Default: "8", Help: "How many jobs `ci:matrix` divides the hubs among at most.",
		field: func(c *Config) any { return &c.MatrixJobs },
		rule:  positive,
	},
	{
		Env:   "MATRIX_FOR",
		Help:  "The CI system that `ci:matrix` writes for: `github`, `gitlab` or `travis`; the one that it runs in, if it is not set.",
		field: func(c *Config) any { return &c.MatrixFor },
		rule:  oneOf(append([]string{""}, share.Systems()...)...),
	},
	{
		Env:   "OUTPUT",
		Help:  "`json`: `plan`, `status`, `diff:hub` and `deploy` write a [document](/reference/json) for machines to standard output, and all else to standard error. `markdown`: `plan` and `diff:hub` write it for people.",
		field: func(c *Config) any { return &c.Output },
		rule:  oneOf("", "json", "markdown"),
	},
	{
		Env: "NO_COLOR", Help: "Any value: no colour on a terminal either, and all lines, as in a log.",
		field: func(c *Config) any { return &c.NoColor },
	},
	{
		Env: "WATCH", Default: "false", Help: "`1`: `status` goes on, and shows what has changed in place, at a terminal.",
		field: func(c *Config) any { return &c.Watch },
	},
	{
		Env: "V", Default: "false", Help: "`1`: all lines on a terminal too, as in a log, instead of a line for each hub.",
		field: func(c *Config) any { return &c.Verbose },
	},
}
