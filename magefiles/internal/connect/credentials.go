package connect

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/kube/access"
)

// othersClouds takes from the programs of a cluster that has credentials of its own what they would know of others': see process.Cmd.
var othersClouds = []string{"AWS_*", "AZURE_*", "AAD_*", "GOOGLE_*", "CLOUDSDK_*"}

// hasOwn reports whether the run logs in to the cluster with credentials that are the cluster's own.
func hasOwn(settings *config.Config) bool { return settings.Credentials.Own() && !settings.NoSetup }

// ownClouds are the variables of the programs of a cluster: with credentials of its own, those and no others'; else those of the run that begin
// so.
func ownClouds(settings *config.Config, credentials []string, prefixes ...string) []string {
	if !hasOwn(settings) {
		return settings.Grant(prefixes...)
	}
	return slices.Concat(othersClouds, settings.CloudsOf(), credentials)
}

// ownFile returns the content of the file of a cluster's credentials, decrypted: as the branch of origin has it that names the cluster. Another
// one could have the file of another cluster there.
func (c *Connections) ownFile(ctx context.Context, settings *config.Config) ([]byte, error) {
	name, vault := filepath.ToSlash(settings.Credentials.File), c.Vault()
	by, err := c.namedBy(ctx, settings)
	if err != nil {
		return nil, err
	}
	if by.Commit == "" {
		content, err := vault.Read(ctx, name)
		if errors.Is(err, fs.ErrNotExist) {
			err = c.missing(settings, "there is no such file", "commit it, encrypted")
		}
		return content, err
	}
	repo, err := c.Git(ctx)
	if err != nil {
		return nil, err
	}
	content, err := repo.FileAt(ctx, by.Commit, name)
	switch {
	case err != nil:
		return nil, err
	case content == nil:
		return nil, c.missing(settings, "origin/"+by.Branch+" has no such file", "push it there, encrypted")
	}
	if vault.GitCryptKey == "" && vault.KeyFile == "" {
		if vault.KeyFile, err = repo.CryptKey(ctx); err != nil {
			return nil, err
		}
	}
	return vault.Open(ctx, name, content)
}

// credentialFile returns the content of the file of a cluster's credentials, decrypted, as JSON if it is YAML: sops writes that. What is secret
// in it is masked.
func (c *Connections) credentialFile(ctx context.Context, settings *config.Config) ([]byte, error) {
	content, err := c.ownFile(ctx, settings)
	if err != nil {
		return nil, err
	}
	var fields map[string]any
	if yaml.Unmarshal(content, &fields) == nil && !json.Valid(content) {
		if content, err = json.Marshal(fields); err != nil {
			return nil, c.missing(settings, "its keys are not all texts", "write what the cloud has given you")
		}
	}
	c.session.Run.Redact.Add(access.SecretsOf(content)...)
	return content, nil
}

// missing is the error for credentials that are not there, or that nobody understands.
func (c *Connections) missing(settings *config.Config, what, remedy string) error {
	return exit.Errorf(exit.Setup, "cluster.credentials%s: %s: %s", c.ofName(), settings.Credentials, what).Try("%s", remedy)
}

// ofName names the cluster in an error, where there are several.
func (c *Connections) ofName() string {
	if c.name == "" {
		return ""
	}
	return " of " + c.name
}

// ownGKE returns the key for GKE that a cluster has for itself, and what it is from.
func (c *Connections) ownGKE(ctx context.Context, settings *config.Config) (key []byte, name string, err error) {
	own := settings.Credentials
	if own.File != "" {
		key, err = c.credentialFile(ctx, settings)
		return key, own.File, err
	}
	given := settings.Prefixed(own.Prefix)
	if key := valueOf(given, "GKE_KEY"); key != "" {
		key := access.Decoded(key)
		c.session.Run.Redact.Add(access.SecretsOf(key)...)
		return key, own.Prefix + "GKE_KEY", nil
	}
	file := valueOf(given, "GKE_KEY_FILE")
	if file == "" {
		return nil, "", c.missing(settings, "neither "+own.Prefix+"GKE_KEY nor "+own.Prefix+"GKE_KEY_FILE is set", "set one of them")
	}
	if !filepath.IsAbs(file) {
		file = filepath.Join(settings.Root, file)
	}
	if key, name, err = c.readKey(ctx, file); err == nil && key == nil {
		err = c.missing(settings, own.Prefix+"GKE_KEY_FILE: there is no "+name, "name a file that is there")
	}
	return key, name, err
}

// ownEKS returns the variables by which aws knows who a cluster's own account is.
func (c *Connections) ownEKS(ctx context.Context, settings *config.Config) ([]string, error) {
	switch own := settings.Credentials; {
	case own.Profile != "":
		return []string{"AWS_PROFILE=" + own.Profile}, nil
	case own.Prefix != "":
		given := config.Matching(settings.Prefixed(own.Prefix), "AWS_*")
		if len(given) == 0 {
			return nil, c.missing(settings, "no variable is called "+own.Prefix+"AWS_…", "set "+own.Prefix+"AWS_ACCESS_KEY_ID and "+own.Prefix+"AWS_SECRET_ACCESS_KEY, or "+own.Prefix+"AWS_PROFILE")
		}
		return given, nil
	}
	content, err := c.credentialFile(ctx, settings)
	if err != nil {
		return nil, err
	}
	variables := access.AmazonVariables(content)
	if variables == nil {
		return nil, c.missing(settings, "it has no AccessKeyId and SecretAccessKey", "write what 'aws iam create-access-key' prints")
	}
	return variables, nil
}

// ownAKS lets a cluster of AKS be reached by its own login.
func (c *Connections) ownAKS(ctx context.Context, settings *config.Config, aks *access.AKS) error {
	own := settings.Credentials
	if own.File != "" {
		content, err := c.credentialFile(ctx, settings)
		if err != nil {
			return err
		}
		if aks.Principal = access.PrincipalOf(content); !aks.Principal.Complete() {
			return c.missing(settings, "it has no ID, secret and tenant of a service principal", "write what 'az ad sp create-for-rbac' prints")
		}
	} else {
		given := settings.Prefixed(own.Prefix)
		aks.Principal = access.Principal{
			ID: valueOf(given, "AZURE_CLIENT_ID"), Secret: valueOf(given, "AZURE_CLIENT_SECRET"), TokenFile: valueOf(given, "AZURE_FEDERATED_TOKEN_FILE"),
			Tenant: valueOf(given, "AZURE_TENANT_ID"), Subscription: valueOf(given, "AZURE_SUBSCRIPTION_ID"),
		}
		aks.Config = valueOf(given, "AZURE_CONFIG_DIR")
		if !aks.Principal.Complete() && aks.Config == "" {
			return c.missing(settings, "the login of no service principal and no configuration of az is set",
				"set "+own.Prefix+"AZURE_CLIENT_ID, "+own.Prefix+"AZURE_CLIENT_SECRET and "+own.Prefix+"AZURE_TENANT_ID, or "+own.Prefix+"AZURE_CONFIG_DIR")
		}
	}
	if aks.Principal.Complete() {
		aks.Config = "" // az is logged in as somebody else there
	}
	return nil
}

// ownKubeconfig returns where a cluster's own kubeconfig is, and the variables for its plugin.
func (c *Connections) ownKubeconfig(ctx context.Context, settings *config.Config) (access.Source, []string, error) {
	own, from := settings.Credentials, access.Source{Context: settings.KubeContext}
	if own.File != "" {
		content, err := c.ownFile(ctx, settings)
		from.Content = string(content)
		return from, nil, err
	}
	given := settings.Prefixed(own.Prefix)
	from.Content, from.Kubeconfig = valueOf(given, "KUBECONFIG_CONTENT"), valueOf(given, "KUBECONFIG")
	if from.Content == "" && from.Kubeconfig == "" {
		return from, nil, c.missing(settings, "neither "+own.Prefix+"KUBECONFIG_CONTENT nor "+own.Prefix+"KUBECONFIG is set", "set one of them")
	}
	return from, config.Matching(given, othersClouds...), nil
}

// valueOf returns the value of a variable, "" if it is not among the pairs.
func valueOf(pairs []string, name string) string {
	for _, pair := range pairs {
		if value, is := strings.CutPrefix(pair, name+"="); is {
			return value
		}
	}
	return ""
}
