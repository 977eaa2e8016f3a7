package connect

import (
	"bytes"
	"context"

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
// variables that only sops is given: those of the services that the file names, where the owning branch names these.
func (c *Connections) decryptSOPS(ctx context.Context, content []byte) ([]byte, error) {
	settings := c.session.Config
	why, err := c.Deploys(ctx)
	switch {
	case err != nil:
		return nil, err
	case why != "":
		return nil, exit.Input("%s: decrypts nothing", why)
	}
	services, err := secret.KeyServices(content)
	if err != nil {
		return nil, err
	}
	if err := c.checkKeyServices(ctx, services); err != nil {
		return nil, err
	}
	sops, err := c.session.Tools.Find(ctx, "sops")
	if err != nil {
		return nil, err
	}
	plain, err := c.session.Run.Output(ctx, process.Cmd{
		Name: sops, Args: []string{"decrypt", "--input-type", "yaml", "--output-type", "yaml", "/dev/stdin"},
		Stdin: bytes.NewReader(content), Env: settings.Grant(grantedFor(services)...),
	})
	return plain, exit.Try(err, "give sops the key of the file, as by SOPS_AGE_KEY or SOPS_AGE_KEY_FILE")
}

// checkKeyServices refuses services that nobody but the file names, because they get the operator's token.
func (c *Connections) checkKeyServices(ctx context.Context, services []secret.KeyService) error {
	settings := c.session.Config
	const remedy = "name it in secrets.key_services of hubops.yaml there, or for this run in KEY_SERVICES, if it is yours"
	allowed, where := append([]string{settings.VaultAddress}, settings.KeyServices...), "KEY_SERVICES"
	if !settings.KeyServicesGiven && len(services) > 0 {
		published, from, err := c.Published(ctx)
		switch {
		case err != nil:
			return err
		case from == "":
			where = "hubops.yaml"
		default:
			allowed, where = allowed[:1], "hubops.yaml of "+from
			for _, branch := range published {
				allowed = append(allowed, branch.KeyServices...)
			}
			if len(published) == 0 {
				where = "nobody's settings: " + from
			}
		}
	}
	if stranger := secret.NotAllowed(services, allowed); stranger != "" {
		return exit.Input("it asks for its key at %s, which is not in secrets.key_services of %s: nothing was sent there", stranger, where).Try(remedy)
	}
	return nil
}

// grantedFor returns the prefixes of the variables that sops needs for these services.
func grantedFor(services []secret.KeyService) []string {
	granted := []string{"SOPS_"}
	for _, service := range services {
		granted = append(granted, map[string][]string{"hc_vault": {"VAULT_"}, "kms": {"AWS_"}, "azure_kv": {"AZURE_"}, "gcp_kms": {"GOOGLE_", "CLOUDSDK_"}}[service.Kind]...)
	}
	return granted
}
