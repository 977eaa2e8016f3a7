package session

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"

	"hub-ops/magefiles/internal/config"
)

// grants returns the variables that single programs get, by the program's name, and the credentials among them: of programs that ask a
// credential helper of Docker's, where one is configured, and of cosign where a key is in a cloud.
func grants(c *config.Config) map[string][]string {
	granted := c.ForPrograms()
	granted["cosign"] = append(granted["cosign"], keyServices(c)...)
	if !hasCredentialHelper(c.DockerConfig) {
		return granted
	}
	clouds := c.Grant(config.Clouds...)
	for _, program := range []string{"docker", "podman", "buildctl", "cosign"} {
		granted[program] = append(granted[program], clouds...)
	}
	return granted
}

// hasCredentialHelper reports whether the Docker configuration in a directory names a program that knows the logins:
// github.com/docker/docker-credential-helpers.
func hasCredentialHelper(dir string) bool {
	var settings struct {
		CredHelpers map[string]string `json:"credHelpers"`
		CredsStore  string            `json:"credsStore"`
	}
	content, err := os.ReadFile(filepath.Join(dir, "config.json")) // #nosec G304 G703 -- the operator's own
	if dir == "" || err != nil || json.Unmarshal(content, &settings) != nil {
		return false
	}
	return settings.CredsStore != "" || len(settings.CredHelpers) > 0
}

// keyServices returns the variables that cosign needs for a key in a key management service.
func keyServices(c *config.Config) []string {
	for _, key := range append(c.KeysElsewhere(), c.CosignKeyFile, c.CosignPublicKey) {
		if strings.Contains(key, "://") {
			return c.Grant(append([]string{"VAULT_"}, config.Clouds...)...)
		}
	}
	return nil
}
