package access

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
)

// EKS is a cluster of Amazon's Elastic Kubernetes Service.
type EKS struct {
	Region, Name string
	Account      string   // its number; "" for that of the credentials
	Grants       []string // the variables with Amazon's credentials, for aws alone
}

// Connect gets access by Amazon's own program: aws writes a private kubeconfig, whose plugin is "aws eks get-token", which makes a token for
// this one cluster again and again: docs.aws.amazon.com/cli/latest/reference/eks/update-kubeconfig.html. aws keeps tokens of single sign-on in
// its own directory; of ~/.kube it gets to know nothing.
func (e EKS) Connect(ctx context.Context, runner *process.Runner, kubectl, scratch string) (*Access, error) {
	aws, err := process.LookPath("aws")
	if err != nil {
		return nil, exit.Errorf(exit.Setup, "cluster.provider is eks, and there is no aws: %w", err).Try("install Amazon's command line, version 2")
	}
	kubeconfig := filepath.Join(scratch, "kubeconfig-of-aws")
	args := []string{"eks", "update-kubeconfig", "--region", e.Region, "--name", e.Name, "--kubeconfig", kubeconfig, "--alias", e.Name}
	env := append([]string{"KUBECONFIG=" + kubeconfig}, e.Grants...)
	if err := runner.Run(ctx, process.Cmd{Name: aws, Args: args, Env: env, Show: process.Quote("aws", args...)}); err != nil {
		return nil, exit.With(exit.Setup, fmt.Errorf("logging in to EKS by aws: %w", err))
	}
	found, err := Isolate(ctx, runner, kubectl, Source{Kubeconfig: kubeconfig}, scratch)
	if err != nil {
		return nil, err
	}
	found.Grants = e.Grants
	return found, nil
}

// Is reports whether a kubeconfig's cluster is this one. aws calls it by its ARN: arn:aws:eks:REGION:ACCOUNT:cluster/NAME.
func (e EKS) Is(cluster string) bool {
	parts := strings.SplitN(cluster, ":", 6)
	const arn = 6
	return len(parts) == arn && parts[2] == "eks" && parts[3] == e.Region && parts[5] == "cluster/"+e.Name && (e.Account == "" || parts[4] == e.Account)
}
