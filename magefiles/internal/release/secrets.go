package release

import (
	"context"
	"os"
	"path"
	"path/filepath"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/lint"
	"hub-ops/magefiles/internal/secret"
)

// decryptSecrets decrypts the hub's secret values into the private directory, for helm. It masks every value from then on.
func (d *deploy) decryptSecrets(ctx context.Context) error {
	name := d.hub.Secret
	if name == "" {
		return nil
	}
	committed := d.found.Repo.Committed(ctx, name)
	switch {
	case committed != nil: // it may have been decrypted in place, so the file may differ
	case d.session.Config.Event.InCI():
		return exit.Input("%s: Git does not hold it, and CI deploys committed content only", name).Try("commit it, or remove it")
	default:
		d.session.Console.Info(d.hub.Name, "%s: not committed, and deployed all the same", name)
	}
	if secret.IsPlain(committed) && !d.session.Config.Allows(lint.PlainSecret, name) {
		return exit.Input("%s: %s", name, lint.PlainText(name))
	}
	content, err := d.to.Vault().Read(ctx, name)
	if err != nil {
		return err
	}
	values, err := secret.Values(name, content)
	if err != nil {
		return err
	}
	credentials, err := secret.Credentials(name, content)
	if err != nil {
		return err
	}
	d.session.Run.Redact.AddValues(values...)
	d.session.Run.Redact.Add(credentials...)
	file := filepath.Join(d.secretsDir(), path.Base(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	d.upgrade.Values = []string{file}
	return os.WriteFile(file, content, 0o600)
}

// forgetSecrets removes what decryptSecrets wrote.
func (d *deploy) forgetSecrets() { _ = os.RemoveAll(d.secretsDir()) }

func (d *deploy) secretsDir() string { return filepath.Join(d.session.Private, "secrets-"+d.hub.Name) }
