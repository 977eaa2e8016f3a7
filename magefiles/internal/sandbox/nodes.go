package sandbox

import (
	"context"
	"errors"
	"os"
	"runtime"
	"slices"
	"strings"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
	"hub-ops/magefiles/internal/sandbox/kernel"
	"hub-ops/magefiles/internal/sandbox/node"
)

// What the nodes of a sandbox can be.
const (
	Played = "played" // by kwok: no container runs
	Real   = "real"   // containers run, in namespaces of the sandbox's own
)

// controlPlane are the tools of every sandbox.
var controlPlane = []string{"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl"}

// programsOf are the tools of each kind of nodes.
var programsOf = map[string][]string{
	Played: {"kwok", "kwokctl"},
	Real:   {"kubelet", "kube-proxy", "containerd", "containerd-shim-runc-v2", "bridge", "host-local", "loopback", "portmap"},
}

// chooseNodes decides which nodes the sandbox gets, and tells why: a real one where this machine can have it.
func (s *Sandbox) chooseNodes(ctx context.Context) (kind, why string, err error) {
	if s.Nodes == Played {
		return Played, "SANDBOX_NODES=played", nil
	}
	lack := s.lacksForNode(ctx)
	switch {
	case ctx.Err() != nil:
		return "", "", ctx.Err()
	case lack != nil && s.Nodes == Real:
		return "", "", noNode(lack)
	case lack != nil:
		return Played, lack.Error(), nil
	case s.Nodes == Real:
		return Real, "SANDBOX_NODES=real", nil
	}
	return Real, "this machine can have one; SANDBOX_NODES=played plays nodes instead", nil
}

// tell says in one line which nodes the sandbox gets, why, and what is built for them.
func (s *Sandbox) tell(nodes, why string) {
	if nodes == Played {
		s.Console.Info("", "sandbox: played nodes, on which no container runs: %s", why)
		return
	}
	if unbuilt := s.Tools.Unbuilt(programsOf[Real]...); len(unbuilt) > 0 {
		why += "; built for it, once, in up to 200 core-seconds: " + strings.Join(unbuilt, ", ")
	}
	s.Console.Info("", "sandbox: a real node, which runs what is deployed: %s", why)
}

// lacksForNode returns what a real node needs and this machine lacks, nil if there is nothing. It builds nothing and leaves nothing.
func (s *Sandbox) lacksForNode(ctx context.Context) error {
	if runtime.GOOS != "linux" {
		return errors.New("this machine has no Linux")
	}
	if os.Geteuid() != 0 {
		return errors.New("this user is not root")
	}
	by, err := rules()
	if err != nil {
		return err
	}
	if !slices.ContainsFunc([]string{"runc", "gcc"}, onPath) {
		return exit.Errorf(exit.Setup, "runc is not installed, nor gcc, to build it").Try("install Debian's package runc")
	}
	if err := kernel.Try(s.path("try"), func() error { return s.tryRules(ctx, by) }); err != nil {
		return err
	}
	cgroup := node.Cgroup(s.Dir)
	return errors.Join(kernel.MakeCgroup(cgroup), kernel.RemoveCgroup(cgroup))
}

func onPath(program string) bool {
	_, err := process.LookPath(program)
	return err == nil
}

// rules returns what leads connections to services on this machine.
func rules() (string, error) {
	switch {
	case onPath("iptables"):
		return "iptables", nil
	case onPath("nft"):
		return "nftables", nil
	}
	return "", exit.Errorf(exit.Setup, "iptables is not installed, nor nft").Try("install Debian's package iptables")
}

// tryRules makes a rule such as kube-proxy makes. It is called in a network that goes with its rules.
func (s *Sandbox) tryRules(ctx context.Context, by string) error {
	rule := process.Cmd{Name: "iptables", Args: []string{"--table", "nat", "--append", "POSTROUTING", "--match", "comment", "--comment", "sandbox", "--jump", "MASQUERADE"}}
	if by == "nftables" {
		rule = process.Cmd{Name: "nft", Args: []string{"--file", "-"}, Stdin: strings.NewReader("table ip sandbox { chain leave { type nat hook postrouting priority 100; masquerade; }; }\n")}
	}
	_, err := s.Run.Output(ctx, rule)
	return err
}

// noNode is the error of a machine that cannot have a real node.
func noNode(lack error) error {
	remedy := "SANDBOX_NODES=played plays the nodes, and needs nothing of that"
	if mend := exit.Remedy(lack); mend != "" {
		remedy = mend + "; " + remedy
	}
	return exit.Errorf(exit.Setup, "no real node on this machine: %s", exit.Cause(lack)).Try("%s", remedy)
}
