package ops

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git"
	"hub-ops/magefiles/internal/hub"
	"hub-ops/magefiles/internal/lint"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/secret"
)

// vault opens the repository's secret files.
func (s *Session) vault() *secret.Vault {
	return &secret.Vault{Root: s.Config.Root, GitCryptKey: s.Config.GitCryptKey, KeyFile: s.Config.GitCryptKeyFile, SOPS: s.decryptSOPS}
}

// decryptSOPS hands a file to sops and takes what it says: nothing is written anywhere. Keys of age, PGP and the clouds
// are found by sops itself, by the variables that are granted to it alone.
func (s *Session) decryptSOPS(ctx context.Context, content []byte) ([]byte, error) {
	sops, err := s.Tools.Find(ctx, "sops")
	if err != nil {
		return nil, err
	}
	return s.Run.Output(ctx, process.Cmd{
		Name: sops, Args: []string{"decrypt", "--input-type", "yaml", "--output-type", "yaml", "/dev/stdin"},
		Stdin: bytes.NewReader(content), Env: s.Config.Grant(append([]string{"SOPS_", "VAULT_"}, config.Clouds...)...),
	})
}

// secretValues decrypts a hub's secret values into the private directory, and returns the file's path: none if the hub
// has no secrets. From then on every value is masked.
func (d *deployment) secretValues(ctx context.Context, h hub.Hub) ([]string, error) {
	if h.Secret == "" {
		return nil, nil
	}
	if err := d.refusePlain(ctx, d.survey.repo, h.Secret); err != nil {
		return nil, err
	}
	content, err := d.vault().Read(ctx, h.Secret)
	if err != nil {
		return nil, err
	}
	values, err := secret.Values(h.Secret, content)
	if err != nil {
		return nil, err
	}
	credentials, err := secret.Credentials(h.Secret, content)
	if err != nil {
		return nil, err
	}
	d.Run.Redact.AddValues(values...)
	d.Run.Redact.Add(credentials...)
	file := filepath.Join(d.secretsOf(h), path.Base(h.Secret))
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return nil, err
	}
	return []string{file}, os.WriteFile(file, content, 0o600)
}

// forgetSecrets removes what secretValues wrote.
func (d *deployment) forgetSecrets(h hub.Hub) { _ = os.RemoveAll(d.secretsOf(h)) }

func (d *deployment) secretsOf(h hub.Hub) string { return filepath.Join(d.Private, "secrets-"+h.Name) }

// refusePlain returns an error for a secret file that is committed in plain text, unless hubops.yaml allows it.
func (s *Session) refusePlain(ctx context.Context, repo *git.Repo, file string) error {
	if s.Config.Allows(lint.PlainSecret, file) || !isPlain(repo.Committed(ctx, file)) {
		return nil
	}
	return exit.Input("%s: %s", file, plainText(file))
}

// isPlain reports whether content holds values that anybody can read.
func isPlain(content []byte) bool {
	if secret.FormOf(content) != secret.Plain {
		return false
	}
	values, err := secret.Values("", content)
	return err != nil || len(values) > 0
}

func plainText(file string) string {
	return fmt.Sprintf("committed in plain text, so everybody who can read the repository has its values: encrypt it with git-crypt or SOPS and change them, or allow it in hubops.yaml, lint.allow: ['%s:%s']", lint.PlainSecret, file)
}
