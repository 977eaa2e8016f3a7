package access

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
)

// ConnectByGcloud gets access with the two usual commands, in a private configuration: gcloud logs
// in as the service account, and writes a kubeconfig whose plugin asks gcloud for tokens, again and again.
func (g GKE) ConnectByGcloud(ctx context.Context, runner *process.Runner, kubectl, scratch string) (*Access, error) {
	gcloud, err := process.LookPath("gcloud")
	if err != nil {
		return nil, exit.Errorf(exit.Setup, "GKE_AUTH is gcloud, and there is none: %w", err).Try("install it, or leave GKE_AUTH out: gcloud is not needed")
	}
	private, kubeconfig, key := &Access{scratch: scratch}, filepath.Join(scratch, "kubeconfig-of-gcloud"), filepath.Join(scratch, "gke-key.json")
	if err := os.MkdirAll(private.cloudSDK(), 0o700); err != nil {
		return nil, err
	}
	env := []string{"CLOUDSDK_CONFIG=" + private.cloudSDK(), "KUBECONFIG=" + kubeconfig, "CLOUDSDK_CORE_DISABLE_PROMPTS=1"}
	env = append(env, g.Grants...)
	if g.Endpoint != GoogleEndpoint {
		env = append(env, "CLOUDSDK_API_ENDPOINT_OVERRIDES_CONTAINER="+g.Endpoint+"/")
	}
	commands := [][]string{{"container", "clusters", "get-credentials", g.Name, "--location", g.Zone, "--project", g.Project}}
	if g.Key != nil {
		if err := os.WriteFile(key, g.Key, 0o600); err != nil {
			return nil, err
		}
		defer func() { _ = os.Remove(key) }() // gcloud has a copy, in its own form
		commands = append([][]string{{"auth", "activate-service-account", "--key-file", key}}, commands...)
	}
	for _, args := range commands {
		if err := runner.Run(ctx, process.Cmd{Name: gcloud, Args: args, Env: env, Show: process.Quote("gcloud", args...)}); err != nil {
			return nil, exit.With(exit.Setup, fmt.Errorf("logging in to GKE by gcloud: %w", err))
		}
	}
	return Isolate(ctx, runner, kubectl, Source{Kubeconfig: kubeconfig}, scratch)
}
