// Package dev is what works on the project itself: its tests, its linters, its documentation, its benchmarks. Nothing of it is
// part of a deploy. Programs that hold no secret, and that nobody ends half way, are run by Mage's own sh.
package dev

import (
	"context"

	"github.com/magefile/mage/sh"

	"hub-ops/magefiles/internal/session"
	"hub-ops/magefiles/internal/ui"
)

// Test builds the tools that the tests run for real, then runs go vet and all tests, with the race detector.
func Test(ctx context.Context, s *session.Session) error {
	_, err := s.Tools.Ensure(ctx, "kubectl", "helm", "helm3", "etcd", "kwok", "kwokctl", "crane", "kube-scheduler",
		"kube-controller-manager", "kube-apiserver", "registry", "buildctl", "buildkitd", "sops", "hugo", "golangci-lint", "cosign", "rootlesskit")
	if err != nil {
		return err
	}
	defer s.Console.Beat(ui.Heartbeat, "testing")()
	if err := sh.RunV("go", "vet", "-tags", "mage", "./..."); err != nil {
		return err
	}
	return sh.RunV("go", "test", "-race", "-count=1", "-timeout", "60m", "./...")
}
