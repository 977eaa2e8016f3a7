package ops

import (
	"context"

	"hub-ops/magefiles/internal/process"
)

// Test builds the tools that the tests run for real, then runs go vet and all tests, with the race detector.
func Test(ctx context.Context, s *Session) error {
	_, err := s.Tools.Ensure(ctx, "kubectl", "helm", "helm3", "etcd", "kwok", "kwokctl", "crane", "kube-scheduler",
		"kube-controller-manager", "kube-apiserver", "registry", "buildctl", "buildkitd", "sops", "hugo", "golangci-lint", "cosign", "rootlesskit")
	if err != nil {
		return err
	}
	defer s.Console.Beat(heartbeat, "testing")()
	return s.goRuns(ctx, []string{"vet", "-tags", "mage", "./..."}, []string{"test", "-race", "-count=1", "-timeout", "60m", "./..."})
}

func (s *Session) goRuns(ctx context.Context, commands ...[]string) error {
	for _, args := range commands {
		if err := s.Run.Run(ctx, process.Cmd{Name: "go", Args: args, Dir: s.Config.Root, Show: process.Quote("go", args...)}); err != nil {
			return err
		}
	}
	return nil
}
