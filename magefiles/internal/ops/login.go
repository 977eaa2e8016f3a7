package ops

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
)

// loginFile holds user and token for the image registry: "user:token", or one on each of two lines.
const loginFile = "secrets/dockerhub"

// login finds credentials for the image registry where no variable gives them: in secrets/dockerhub, and for a registry
// of Google's the key of the service account that deploys. Without any, Docker's own configuration and its credential
// helpers are asked (ECR, ACR and others: github.com/docker/docker-credential-helpers).
func (s *Session) login(ctx context.Context) error {
	if s.Config.RegistryUsername != "" || !s.Config.Deploying() {
		return nil
	}
	content, err := s.vault().Read(ctx, loginFile)
	switch {
	case err == nil:
		return s.useLogin(string(content))
	case !errors.Is(err, fs.ErrNotExist):
		if s.Config.GitCryptKey == "" && s.Config.GitCryptKeyFile == "" {
			return nil // locked, and this run has no key: it does without
		}
		return err
	}
	repository, err := name.NewRepository(s.registry().Repository("x"))
	if err != nil || !isGoogles(repository.RegistryStr()) {
		return nil //nolint:nilerr // a repository that cannot be is told where it is asked for
	}
	key, _, err := s.gkeKey(ctx)
	if err != nil || key == nil {
		return err
	}
	// cloud.google.com/artifact-registry/docs/docker/authentication, "Service account key"
	s.Config.RegistryUsername, s.Config.RegistryPassword = "_json_key", string(key)
	return nil
}

func (s *Session) useLogin(content string) error {
	user, token, found := strings.Cut(strings.TrimSpace(content), "\n")
	if !found {
		user, token, found = strings.Cut(strings.TrimSpace(content), ":")
	}
	user, token = strings.TrimSpace(user), strings.TrimSpace(token)
	s.Run.Redact.Add(token)
	if !found || user == "" || token == "" || strings.ContainsAny(token, "\n") {
		return exit.Input("%s: it must be like user:token, or hold one on each of two lines", loginFile)
	}
	s.Config.RegistryUsername, s.Config.RegistryPassword = user, token
	return nil
}

func isGoogles(host string) bool {
	return host == "gcr.io" || strings.HasSuffix(host, ".gcr.io") || strings.HasSuffix(host, "-docker.pkg.dev")
}

// grants returns the variables that programs need which ask a credential helper of Docker's, where one is configured,
// and cosign where a key is in a cloud.
func grants(c *config.Config) map[string][]string {
	granted := map[string][]string{"cosign": keyServices(c)}
	var settings struct {
		CredHelpers map[string]string `json:"credHelpers"`
		CredsStore  string            `json:"credsStore"`
	}
	content, err := os.ReadFile(filepath.Join(c.DockerConfig, "config.json")) // #nosec G304 -- the operator's own
	if c.DockerConfig == "" || err != nil || json.Unmarshal(content, &settings) != nil || settings.CredsStore == "" && len(settings.CredHelpers) == 0 {
		return granted
	}
	clouds := c.Grant(config.Clouds...)
	for _, program := range []string{"docker", "podman", "buildctl", "cosign"} {
		granted[program] = append(granted[program], clouds...)
	}
	return granted
}
