package config

import (
	"cmp"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"hub-ops/magefiles/internal/exit"
)

// findDirectories sets the directories whose defaults depend on the machine.
func (c *Config) findDirectories(env map[string]string) error {
	if c.CacheDir == "" {
		base := env["XDG_CACHE_HOME"]
		if base == "" {
			var err error
			if base, err = os.UserCacheDir(); err != nil {
				return exit.Input("no place for built tools: %w", err).Try("set HUBOPS_CACHE")
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
	if c.Kubeconfig == "" && env["HOME"] != "" {
		c.Kubeconfig = filepath.Join(env["HOME"], ".kube", "config")
	}
	if c.DockerConfig == "" && env["HOME"] != "" {
		c.DockerConfig = filepath.Join(env["HOME"], ".docker")
	}
	if !c.Event.Trusted() {
		c.DockerConfig = "" // it may hold a login of the operator's
	}
	if c.CloudSDK = env["CLOUDSDK_CONFIG"]; c.CloudSDK == "" && env["HOME"] != "" {
		c.CloudSDK = filepath.Join(env["HOME"], ".config", "gcloud")
	}
	if c.AzureConfig = env["AZURE_CONFIG_DIR"]; c.AzureConfig == "" && env["HOME"] != "" {
		c.AzureConfig = filepath.Join(env["HOME"], ".azure")
	}
	c.RuntimeDir = env["XDG_RUNTIME_DIR"]
	c.Terminal = env["TERM"]
	charset := strings.ToLower(cmp.Or(env["LC_ALL"], env["LC_CTYPE"], env["LANG"])) // as setlocale(3) has it
	c.UTF8 = strings.HasSuffix(charset, "utf-8") || strings.HasSuffix(charset, "utf8")
	c.Desktop = !c.Event.InCI() && (runtime.GOOS == "darwin" || env["DISPLAY"] != "" || env["WAYLAND_DISPLAY"] != "")
	places := []*string{&c.CacheDir, &c.SandboxDir, &c.GKEKeyFile}
	if c.ToolsDir != "" {
		places = append(places, &c.ToolsDir)
	}
	if c.CosignKeyFile != "" && !strings.Contains(c.CosignKeyFile, "://") { // that is a key management service
		places = append(places, &c.CosignKeyFile)
	}
	for _, dir := range places {
		if !filepath.IsAbs(*dir) {
			*dir = filepath.Join(c.Root, *dir)
		}
	}
	return c.checkLists()
}

// checkLists refuses directories that could not stand in a list of paths: KUBECONFIG and PATH have colons between them, etcd's
// addresses commas. Neither knows quotes.
func (c *Config) checkLists() error {
	for name, dir := range map[string]string{"HUBOPS_CACHE": c.CacheDir, "HUBOPS_SANDBOX_DIR": c.SandboxDir} {
		if strings.ContainsAny(dir, ":,") {
			return exit.Input("%s is %s: a colon or a comma would end it in a list of paths", name, dir).Try("choose a directory without")
		}
	}
	return nil
}
