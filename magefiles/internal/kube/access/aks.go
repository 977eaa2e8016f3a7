package access

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
)

// AKS is a cluster of Microsoft's Azure Kubernetes Service.
type AKS struct {
	Subscription, Group, Name string
	Principal                 Principal // that az logs in by; if it is not complete, az is logged in already
	Config                    string    // directory of the operator's az configuration; only read
	Grants                    []string  // the variables with Microsoft's credentials, for az and kubelogin alone
}

// loggedInAz are the files in which az keeps logins and what was chosen: learn.microsoft.com/cli/azure/azure-cli-configuration.
var loggedInAz = []string{
	"azureProfile.json", "clouds.config", "config", "msal_token_cache.json", "msal_token_cache.bin", "service_principal_entries.json", "service_principal_entries.bin",
}

// Connect gets access by Microsoft's own programs: az writes a private kubeconfig and, where people and programs log in by Entra ID, kubelogin
// makes it ask az for tokens. Both work in a copy of az's configuration: learn.microsoft.com/azure/aks/kubelogin-authentication.
func (k AKS) Connect(ctx context.Context, runner *process.Runner, kubectl, scratch string) (*Access, error) {
	az, err := process.LookPath("az")
	if err != nil {
		return nil, exit.Errorf(exit.Setup, "cluster.provider is aks, and there is no az: %w", err).Try("install Microsoft's command line")
	}
	private, kubeconfig := filepath.Join(scratch, "azure"), filepath.Join(scratch, "kubeconfig-of-az")
	if err := copyLogins(k.Config, private, loggedInAz); err != nil {
		return nil, exit.With(exit.Setup, fmt.Errorf("copying the configuration of az: %w", err))
	}
	env := append([]string{"AZURE_CONFIG_DIR=" + private, "KUBECONFIG=" + kubeconfig}, k.Grants...)
	args := []string{"aks", "get-credentials", "--resource-group", k.Group, "--name", k.Name, "--file", kubeconfig, "--overwrite-existing"}
	if subscription := cmp.Or(k.Subscription, k.Principal.Subscription); subscription != "" {
		args = append(args, "--subscription", subscription)
	}
	if k.Principal.Complete() {
		if err := k.Principal.logIn(ctx, runner, az, env, scratch); err != nil {
			return nil, err
		}
	}
	if err := runner.Run(ctx, process.Cmd{Name: az, Args: args, Env: env, Show: process.Quote("az", args...)}); err != nil {
		return nil, exit.With(exit.Setup, fmt.Errorf("logging in to AKS by az: %w", err))
	}
	found, err := Isolate(ctx, runner, kubectl, Source{Kubeconfig: kubeconfig}, scratch)
	if err == nil && found.Plugin {
		found, err = k.convert(ctx, runner, kubectl, kubeconfig, env, scratch)
	}
	if err != nil {
		return nil, err
	}
	found.Grants = append([]string{"AZURE_CONFIG_DIR=" + private}, k.Grants...)
	return found, nil
}

// convert makes the plugin of a kubeconfig ask az for tokens. As az writes it, it would ask a person to log in by a browser.
func (k AKS) convert(ctx context.Context, runner *process.Runner, kubectl, kubeconfig string, env []string, scratch string) (*Access, error) {
	kubelogin, err := process.LookPath("kubelogin")
	if err != nil {
		return nil, exit.Errorf(exit.Setup, "cluster %s wants a login by Entra ID, and there is no kubelogin: %w", k.Name, err).Try("install it, with 'az aks install-cli'")
	}
	args := []string{"convert-kubeconfig", "--login", "azurecli", "--kubeconfig", kubeconfig}
	if err := runner.Run(ctx, process.Cmd{Name: kubelogin, Args: args, Env: env, Show: process.Quote("kubelogin", args...)}); err != nil {
		return nil, exit.With(exit.Setup, fmt.Errorf("logging in to AKS by kubelogin: %w", err))
	}
	if err := os.Remove(filepath.Join(scratch, "kubeconfig")); err != nil {
		return nil, err
	}
	return Isolate(ctx, runner, kubectl, Source{Kubeconfig: kubeconfig}, scratch)
}

// Is reports whether a kubeconfig's cluster is this one, as az calls it.
func (k AKS) Is(cluster string) bool { return cluster == k.Name }
