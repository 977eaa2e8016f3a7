package release

import (
	"context"
	"os"
	"path/filepath"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/lint"
	"hub-ops/magefiles/internal/secret"
	"hub-ops/magefiles/internal/valuepath"
	"hub-ops/magefiles/internal/yamldoc"
)

// decryptSecrets decrypts the hub's secret values into the private directory, for helm. It masks every value from then on.
func (d *deploy) decryptSecrets(ctx context.Context) error {
	for _, name := range d.hub.Secrets {
		if err := d.decrypt(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

func (d *deploy) decrypt(ctx context.Context, name string) error {
	committed, err := d.found.Repo.Committed(ctx, name)
	if err != nil {
		return err
	}
	switch {
	case committed != nil: // it may have been decrypted in place, so the file may differ
	case d.session.Config.Event.InCI():
		return exit.Input("%s: Git does not hold it, and CI deploys committed content only", name).Try("commit it, or remove it")
	default:
		d.session.Console.Note(d.hub.Name, "%s: not committed, and deployed all the same", name)
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
	top, err := yamldoc.ParseSecret(name, content)
	if err != nil {
		return err
	}
	d.secretValues = append(d.secretValues, valuepath.File{Name: name, Top: top, Secret: true})
	d.session.Run.Redact.AddValues(values...)
	d.session.Run.Redact.Add(credentials...)
	return d.addValues(d.secretsDir(), name, content)
}

// forgetSecrets removes what decryptSecrets wrote.
func (d *deploy) forgetSecrets() { _ = os.RemoveAll(d.secretsDir()) }

func (d *deploy) secretsDir() string { return filepath.Join(d.session.Private, "secrets-"+d.hub.Name) }
