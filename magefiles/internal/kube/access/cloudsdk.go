package access

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// loggedIn are the files in which gcloud keeps logins and the active configuration; the rest of its directory is logs and caches:
// cloud.google.com/sdk/docs/configurations.
var loggedIn = []string{"active_config", "configurations", "credentials.db", "access_tokens.db", "default_configs.db", "application_default_credentials.json"}

// copyCloudSDK copies gcloud's logins into a private directory, because a credential plugin that asks gcloud for a token makes
// it write there, and not to the operator's. Without an operator's configuration the copy is empty.
func copyCloudSDK(from, to string) error {
	if err := copyLogins(from, to, loggedIn); err != nil {
		return fmt.Errorf("copying the configuration of gcloud: %w", err)
	}
	return nil
}

// copyLogins copies files and directories of the operator's, as far as they are there, into a private directory.
func copyLogins(from, to string, names []string) error {
	if err := os.MkdirAll(to, 0o700); err != nil || from == "" {
		return err
	}
	private, err := os.OpenRoot(to)
	if err != nil {
		return err
	}
	defer func() { _ = private.Close() }()
	for _, name := range names {
		source := filepath.Join(from, name)
		info, err := os.Stat(source)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err == nil && info.IsDir():
			err = os.CopyFS(filepath.Join(to, name), os.DirFS(source))
		case err == nil:
			var content []byte
			if content, err = os.ReadFile(source); err == nil { // #nosec G304 -- the operator's own
				err = private.WriteFile(name, content, 0o600)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}
