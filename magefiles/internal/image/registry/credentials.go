package registry

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"

	"hub-ops/magefiles/internal/exit"
)

// WriteDockerConfig makes a Docker configuration for one run, in dir: the operator's, and the credentials that were given
// for the registry. The engine's client and BuildKit write to it and not to the operator's.
func WriteDockerConfig(dir, operators string, target Registry) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	settings := map[string]any{}
	content, err := []byte(nil), fs.ErrNotExist
	if operators != "" {
		content, err = os.ReadFile(filepath.Join(operators, "config.json")) // #nosec G304 -- the operator's own
	}
	switch {
	case err == nil:
		if err := json.Unmarshal(content, &settings); err != nil {
			return exit.Input("%s: no JSON", filepath.Join(operators, "config.json")).Try("mend it, or name another directory with DOCKER_CONFIG")
		}
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("reading Docker's configuration: %w", err)
	}
	if err := target.addTo(settings); err != nil {
		return err
	}
	for _, part := range []string{"cli-plugins", "contexts"} { // buildx, and engines by name
		if _, err := os.Stat(filepath.Join(operators, part)); err == nil && operators != "" {
			_ = os.Symlink(filepath.Join(operators, part), filepath.Join(dir, part))
		}
	}
	if content, err = json.Marshal(settings); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "config.json"), content, 0o600)
}

// Login makes a Docker configuration of this run's own, in scratch, for a program that reads one: it returns the variable
// that names it. operators is the directory of the operator's, which is only read.
func (r Registry) Login(scratch, operators string) (variable string, err error) {
	dir := filepath.Join(scratch, "docker")
	return "DOCKER_CONFIG=" + dir, WriteDockerConfig(dir, operators, r)
}

// addTo puts the credentials that were given for the registry among those of a Docker configuration.
func (r Registry) addTo(settings map[string]any) error {
	if r.Username == "" || r.Template == "" && r.LoginHost == "" {
		return nil
	}
	host := r.loginHost()
	if host == "" {
		_, err := name.NewRepository(r.Repository("x"))
		return exit.Input("image.repository: %w", err)
	}
	if host == name.DefaultRegistry {
		host = authn.DefaultAuthKey
	}
	auths, _ := settings["auths"].(map[string]any)
	if auths == nil {
		auths = map[string]any{}
	}
	auths[host] = map[string]string{"auth": base64.StdEncoding.EncodeToString([]byte(r.Username + ":" + r.Password))}
	settings["auths"] = auths
	if helpers, _ := settings["credHelpers"].(map[string]any); helpers != nil {
		delete(helpers, host) // a helper would be asked first
	}
	return nil
}
