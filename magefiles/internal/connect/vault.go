package connect

import (
	"bytes"
	"context"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/secret"
)

// Vault returns what reads the repository's secret files.
func (c *Connections) Vault() *secret.Vault {
	settings := c.session.Config
	return &secret.Vault{Root: settings.Root, GitCryptKey: settings.GitCryptKey, KeyFile: settings.GitCryptKeyFile, SOPS: c.decryptSOPS}
}

// decryptSOPS pipes a file through sops, and writes nothing to disk. sops finds the keys of age, PGP and the clouds itself, by
// variables that only sops is given.
func (c *Connections) decryptSOPS(ctx context.Context, content []byte) ([]byte, error) {
	sops, err := c.session.Tools.Find(ctx, "sops")
	if err != nil {
		return nil, err
	}
	plain, err := c.session.Run.Output(ctx, process.Cmd{
		Name: sops, Args: []string{"decrypt", "--input-type", "yaml", "--output-type", "yaml", "/dev/stdin"},
		Stdin: bytes.NewReader(content), Env: c.session.Config.Grant(append([]string{"SOPS_", "VAULT_"}, config.Clouds...)...),
	})
	return plain, exit.Try(err, "give sops the key of the file, as by SOPS_AGE_KEY or SOPS_AGE_KEY_FILE")
}
