package config

// clusterSettings are about the cluster: which one it is, and how to reach it.
var clusterSettings = []Setting{
	{
		Env: "CLUSTER", Help: "The one of several `clusters` that the run is about; all if empty.",
		field: func(c *Config) any { return &c.Cluster },
	},
	{
		Key: "cluster.provider", Env: "CLUSTER_PROVIDER", Default: "none",
		Help:  "`gke`, `eks` and `aks` log in to the cluster named below; `none` uses a context of the kubeconfig. See [several clusters](/clusters#logins).",
		field: func(c *Config) any { return &c.ClusterProvider },
		rule:  oneOf("none", "gke", "eks", "aks"),
	},
	{
		Key: "cluster.project", Env: "CLUSTER_PROJECT", Help: "GKE: the Google Cloud project. AKS: the subscription, if it is not the login's own.",
		field: func(c *Config) any { return &c.ClusterProject },
	},
	{
		Key: "cluster.zone", Env: "CLUSTER_ZONE", Help: "GKE: the cluster's zone or region. EKS: its region.",
		field: func(c *Config) any { return &c.ClusterZone },
	},
	{
		Key: "cluster.name", Env: "CLUSTER_NAME", Help: "GKE, EKS, AKS: the cluster's name.",
		field: func(c *Config) any { return &c.ClusterName },
	},
	{
		Key: "cluster.group", Env: "CLUSTER_GROUP", Help: "AKS: the cluster's resource group.",
		field: func(c *Config) any { return &c.ClusterGroup },
	},
	{
		Key: "cluster.account", Env: "CLUSTER_ACCOUNT", Help: "EKS: the account, twelve digits in quotes; no cluster of another one is taken.",
		field: func(c *Config) any { return &c.ClusterAccount },
	},
	{
		Key: "cluster.context", Env: "KUBE_CONTEXT", Help: "Context of the kubeconfig; its current one if empty.",
		field: func(c *Config) any { return &c.KubeContext },
	},
	{
		Key: "cluster.server", Env: "CLUSTER_SERVER",
		Help:  "Address of the API server, such as `https://192.0.2.7`: no deploy goes to another one. With GKE, project, zone and name say it.",
		field: func(c *Config) any { return &c.ClusterServer },
		rule:  httpsAddress,
	},
	{
		Env: "KUBECONFIG_CONTENT", Secret: true, access: forDeploy,
		Help:  "Content of a kubeconfig, plain or in base64, instead of a file: for CI.",
		field: func(c *Config) any { return &c.KubeconfigContent },
	},
	{
		Key:   "cluster.allow",
		Help:  "Objects that hubs may make outside of their own namespaces, as `[{hubs: [support], kind: ClusterRole, name: \"support-*\"}]`: `kind` is one or a list, `name` and `hubs` can be patterns, `namespace` names the namespace of what is in one. The file of the owning branch at `origin` counts. See [what a chart may do](/security#what-a-chart-may-do-to-the-cluster).",
		field: func(c *Config) any { return &c.Allowed },
	},
	{
		Key: "cluster.impersonate", Env: "CLUSTER_IMPERSONATE",
		Help:  "Account in whose name each hub is changed, such as `hub-{hub}`; `{hub}` is the hub's name. If empty, that of the run itself. The file of the owning branch at `origin` counts; the sandbox has no such accounts.",
		field: func(c *Config) any { return &c.Impersonate },
		rule:  perHubAccount,
	},
	{
		Key: "cluster.upgrades", Env: "CLUSTER_UPGRADES", Default: "8", Help: "Hubs that are upgraded at a time, however large `JOBS` is: what the API server can bear.",
		field: func(c *Config) any { return &c.Upgrades },
		rule:  positive,
	},
	{
		Key:   "cluster.credentials",
		Help:  "Credentials that one of several clusters has for itself: `{file: secrets/{cluster}.json}`, an encrypted file of the repository, `{prefix: WEST_}`, variables such as `WEST_GKE_KEY`, or for EKS `{profile: west}`. See [credentials of a cluster](/clusters#credentials-of-a-cluster).",
		field: func(c *Config) any { return &c.Credentials },
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
		Key: "cluster.auth", Env: "GKE_AUTH",
		Help:  "GKE: `gcloud` logs in by that, in a configuration of the run's own; if empty, gcloud is not needed.",
		field: func(c *Config) any { return &c.GKEAuth },
		rule:  oneOf("", "gcloud"),
	},
	{
		Env: "GKE_ENDPOINT", Default: "https://container.googleapis.com", Help: "GKE: address of the API that describes the cluster.",
		field: func(c *Config) any { return &c.GKEEndpoint },
	},
	{
		Env: "NO_SETUP", Default: "false", Help: "`1`: leave out `setup`, and use the operator's own access as it is.",
		field: func(c *Config) any { return &c.NoSetup },
	},
	{
		Env: "YES", Default: "false", Help: "`1`: answers yes to what a run asks before it changes something: `new:hub`, `retire:hub`, `scale:hub`, `bump:chart`, `bump:base`, and whatever `NO_SETUP=1` leads to.",
		field: func(c *Config) any { return &c.Yes },
	},
}
