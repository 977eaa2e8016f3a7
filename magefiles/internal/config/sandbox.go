package config

import "hub-ops/magefiles/internal/ci"

// At reads the settings of another repository on this machine, for a run that was started here by hand: the sandbox's
// demonstration. Caches, tools and the sandbox are the first repository's.
func (c *Config) At(root string) (*Config, error) {
	other, err := c.Beside(root)
	if err != nil {
		return nil, err
	}
	other.CosignPublicKey = "" // that of the private key, if there is one
	// The demonstration is not the content that the CI system's event is about, so its run counts as local.
	other.Event, other.Sandbox = ci.Event{Kind: ci.Local}, true
	return other, nil
}

// Beside reads the settings of another repository on this machine, for a run that was started here. Caches, tools and the sandbox are
// the first repository's: a relative path among them is relative to that one's root.
func (c *Config) Beside(root string) (*Config, error) {
	other, err := Open(root)
	if err != nil {
		return nil, err
	}
	other.ToolsDir, other.CacheDir, other.SandboxDir = c.ToolsDir, c.CacheDir, c.SandboxDir
	return other, nil
}

// OfBase reads the settings of another commit of this repository, which lies at root and is looked at alone: it gets no credential at all, as a
// fork's content gets none.
func (c *Config) OfBase(root string) (*Config, error) {
	other, err := c.Beside(root)
	if err != nil {
		return nil, err
	}
	other.dropCredentials()
	return other, nil
}

// dropCredentials makes the run one without any credential. They are masked all the same.
func (c *Config) dropCredentials() {
	c.Event.Fork, c.Review = true, ci.Review{}
	c.keep()
}

// ForSandbox returns the settings of a run against the sandbox, with the sandbox's cluster. buildKit is the
// address of the sandbox's buildkitd, "" if it has none; a builder that the operator chose stays.
func (c *Config) ForSandbox(kubeconfig, buildKit string) *Config {
	other := *c
	other.ClusterProvider, other.Kubeconfig, other.KubeContext = "none", kubeconfig, ""
	other.KubeconfigContent, other.CloudSDK, other.AzureConfig = "", "", ""
	other.Credentials = Credentials{}
	if other.Builder == "" && other.BuildKitHost == "" {
		other.BuildKitHost = buildKit
	}
	return &other
}
