// Package auth gives a run access of its own to the cluster, so that nothing of the operator's is ever written to.
package auth

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/run"
)

// Access is the one cluster that a run can reach.
type Access struct {
	Kubeconfig string // private file, with this one context in it
	Context    string
	Server     string // URL of the API server
	scratch    string
}

// Source is where access comes from.
type Source struct {
	Kubeconfig string // path or list of paths, as KUBECONFIG has it; the standard place if empty
	Context    string // the current one if empty
}

// Isolate copies the chosen context, and nothing else, into a kubeconfig below scratch: what the operator switches
// or logs out of meanwhile does not change where a run deploys to.
func Isolate(ctx context.Context, runner *run.Runner, kubectl string, from Source, scratch string) (*Access, error) {
	args := []string{"config", "view", "--raw", "--minify", "--flatten", "--output", "json"}
	if from.Context != "" {
		args = append(args, "--context", from.Context)
	}
	var env []string
	if from.Kubeconfig != "" {
		env = []string{"KUBECONFIG=" + from.Kubeconfig}
	}
	out, err := runner.Output(ctx, run.Cmd{Name: kubectl, Args: args, Env: env})
	if err != nil {
		return nil, noCluster(from, err)
	}
	var content struct {
		Context  string `json:"current-context"`
		Clusters []struct {
			Cluster struct {
				Server string `json:"server"`
			} `json:"cluster"`
		} `json:"clusters"`
	}
	if err := json.Unmarshal(out, &content); err != nil || len(content.Clusters) != 1 {
		return nil, exit.With(exit.Setup, fmt.Errorf("the kubeconfig names no cluster for context %q", content.Context))
	}
	a := &Access{
		Kubeconfig: filepath.Join(scratch, "kubeconfig"), scratch: scratch,
		Context: content.Context, Server: content.Clusters[0].Cluster.Server,
	}
	return a, os.WriteFile(a.Kubeconfig, out, 0o600)
}

// Env is what kubectl and helm need to reach this cluster and no other, and to keep their caches out of the
// operator's home.
func (a *Access) Env() []string {
	return []string{
		"KUBECONFIG=" + a.Kubeconfig,
		"KUBECACHEDIR=" + filepath.Join(a.scratch, "kube-cache"),
		"KUBERC=off",
	}
}

func noCluster(from Source, err error) error {
	const mend = "set KUBE_CONTEXT and HUBOPS_KUBECONFIG, or start a cluster on this machine with sandbox:up"
	switch output := run.Output(err); {
	case strings.Contains(output, "current-context must exist"):
		return exit.With(exit.Setup, fmt.Errorf("no cluster: no kubeconfig with a current context; %s", mend))
	case strings.Contains(output, "cannot locate context"), strings.Contains(output, "does not exist"):
		return exit.With(exit.Setup, fmt.Errorf("no cluster: the kubeconfig has no context %q; %s", from.Context, mend))
	}
	return exit.With(exit.Setup, fmt.Errorf("reading the kubeconfig: %w", err))
}
