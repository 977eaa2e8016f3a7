// Package dev holds the targets for work on the project itself: its tests, linters, documentation and benchmarks. None is part of a
// deploy. Only the package magefiles/targets calls it. Programs that get no secret, and are never cancelled half way, are run by Mage's own sh.
package dev

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/magefile/mage/sh"

	"hub-ops/magefiles/internal/config"
	"hub-ops/magefiles/internal/dev/gotest"
	"hub-ops/magefiles/internal/dev/programs"
	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/session"
	"hub-ops/magefiles/internal/ui"
)

// Test prints which programs the tests use and which of them are missing, builds the tools that the tests run for real, then
// runs go vet and all tests, with the race detector. Tests that want a missing program are left out and counted; in CI they
// are an error, before anything else is done.
func Test(ctx context.Context, s *session.Session) error {
	if err := checkPrograms(ctx, s); err != nil {
		return err
	}
	if _, err := s.Tools.Ensure(ctx, testTools()...); err != nil {
		return err
	}
	defer s.Console.Beat(ui.Heartbeat, "testing")()
	if err := sh.RunWithV(config.Emptied(s.Run.Environment(config.ProjectsTests)), "go", "vet", "-tags", "mage", "./..."); err != nil {
		return err
	}
	report := &gotest.Report{Show: func(line string) { s.Console.Line("", line) }}
	_, err := sh.Exec(config.Emptied(s.Run.Environment(config.ProjectsTests)), report, os.Stderr, "go", "test", "-json", "-race", "-count=1", "-timeout", "80m", "./...")
	s.Console.Result("%s", report)
	if err == nil && s.Config.Event.InCI() {
		err = noneLeftOut(report.LeftOut())
	}
	return err
}

// testTools are the tools that the tests run. Those of a real node are root's.
func testTools() []string {
	tools := []string{
		"kubectl", "helm", "helm3", "etcd", "kwok", "kwokctl", "crane", "kube-scheduler", "kube-controller-manager", "kube-apiserver",
		"registry", "buildctl", "buildkitd", "sops", "hugo", "golangci-lint", "cosign", "rootlesskit", "runc",
	}
	if os.Geteuid() == 0 {
		tools = append(tools, "kubelet", "kube-proxy", "containerd", "containerd-shim-runc-v2", "bridge", "host-local", "loopback", "portmap")
	}
	return tools
}

// checkPrograms prints what the tests use of the machine, what is missing, and the command that installs it.
func checkPrograms(ctx context.Context, s *session.Session) error {
	all := programs.All()
	names := make([]string, 0, len(all))
	for _, p := range all {
		names = append(names, p.Name)
	}
	s.Console.Info("", "the tests use %s", strings.Join(names, ", "))
	missing := programs.Missing(ctx, s.Run)
	var needed []string
	for _, p := range missing {
		s.Console.Info("", "%s", p)
		if p.Vital() || s.Config.Event.InCI() && !p.Optional() {
			needed = append(needed, p.Name)
		}
	}
	if install := programs.Install(missing); install != "" {
		s.Console.Info("", "on Debian, this installs them: %s", install)
	}
	if len(needed) > 0 {
		return exit.With(exit.Setup, fmt.Errorf("no tests without %s", strings.Join(needed, ", ")))
	}
	return ctx.Err()
}

// noneLeftOut returns an error for each test that was left out, but for those that want a program which is in no package.
func noneLeftOut(tests []gotest.LeftOut) error {
	var problems []error
	for _, each := range tests {
		if !programs.MayLack(each.Program) {
			problems = append(problems, fmt.Errorf("%s was left out: %q", each.Test, each.Program))
		}
	}
	return errors.Join(problems...)
}
