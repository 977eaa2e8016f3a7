package connect

import (
	"bytes"
	"context"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/secret"
)

// Vault opens the repository's secret files.
func (c *Connections) Vault() *secret.Vault {
	settings := c.session.Config
	return &secret.Vault{Root: settings.Root, GitCryptKey: settings.GitCryptKey, KeyFile: settings.GitCryptKeyFile, SOPS: c.decryptSOPS}
}

// decryptSOPS hands a file to sops and takes what it says: nothing is written anywhere. Keys of age, PGP and the clouds
// are found by sops itself, by the variables that are granted to it alone.
func (c *Connections) decryptSOPS(ctx context.Context, content []byte) ([]byte, error) {
	sops, err := c.session.Tools.Find(ctx, "sops")
	if err != nil {
		return nil, err
	}
	return c.session.Run.Output(ctx, process.Cmd{
		Name: sops, Args: []string{"decrypt", "--input-type", "yaml", "--output-type", "yaml", "/dev/stdin"},
		Stdin: bytes.NewReader(content), Env: c.session.Config.Grant(append([]string{"SOPS_", "VAULT_"}, config.Clouds...)...),
	})
}
