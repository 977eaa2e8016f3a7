package config

// announceSettings are about who is told of deploys, beside those who read the log.
var announceSettings = []Setting{
	{
		Key: "announce.on", Env: "ANNOUNCE_ON", Default: "deploys,failures", Help: "What is announced: `deploys`, `failures`, or both.",
		field: func(c *Config) any { return &c.AnnounceOn },
		rule:  oneOf("deploys", "failures"),
	},
	{
		Key: "announce.form", Env: "ANNOUNCE_FORM", Default: "slack", Help: "The form of what is posted to `ANNOUNCE_WEBHOOK`: `slack`, which Mattermost takes too, or `json`.",
		field: func(c *Config) any { return &c.AnnounceForm },
		rule:  oneOf("slack", "json"),
	},
	{
		Env: "ANNOUNCE_WEBHOOK", Secret: true, access: forDeploy,
		Help:  "Address to which deploys and their failures are posted, by https. Whoever has it can post there, so it is a secret. One attempt of five seconds; a failure is a line of the log.",
		field: func(c *Config) any { return &c.AnnounceWebhook },
	},
	{
		Env: "GRAFANA_URL", Help: "Address of a Grafana that gets an annotation for each deploy; by https.",
		field: func(c *Config) any { return &c.GrafanaURL },
		rule:  httpsAddress,
	},
	{
		Env: "GRAFANA_TOKEN", Secret: true, access: forDeploy, Help: "Token of a service account of Grafana that may write annotations.",
		field: func(c *Config) any { return &c.GrafanaToken },
	},
}
