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

// nodes are those that a sandbox gets.
type nodes struct {
	kind  string // Played or Real
	why   string
	rules string // of a real node: by which kube-proxy leads connections to services, "" if the node does that itself
}

// programs are the tools of such nodes.
func (n nodes) programs() []string {
	if n.kind == Played {
		return []string{"kwok", "kwokctl"}
	}
	list := slices.Concat([]string{"kubelet", "containerd", "containerd-shim-runc-v2"}, node.Plugins)
	if n.rules != "" {
		list = append(list, "kube-proxy", node.HostPorts)
	}
	return list
}

// tools are those of a sandbox with such nodes. helm is what every deploy needs next; built now, it shares what is compiled.
func (n nodes) tools() []string { return slices.Concat(controlPlane, n.programs(), []string{"helm"}) }

// played are simulated nodes.
func played(why string) nodes { return nodes{kind: Played, why: why} }

// chooseNodes decides which nodes the sandbox gets, and why: a real one where this machine can have it.
func (s *Sandbox) chooseNodes(ctx context.Context) (nodes, error) {
	if s.Nodes == Played {
		return played("SANDBOX_NODES=played"), nil
	}
	lack := s.lacksForNode()
	switch {
	case ctx.Err() != nil:
		return nodes{}, ctx.Err()
	case lack != nil && s.Nodes == Real:
		return nodes{}, noNode(lack)
	case lack != nil:
		return played(lack.Error()), nil
	}
	why := "this machine can have one; SANDBOX_NODES=played plays nodes instead"
	if s.Nodes == Real {
		why = "SANDBOX_NODES=real"
	}
	rules, lack := s.rules(ctx)
	if lack != nil {
		why += "; the node itself leads connections to services, and pods get no hostPort: " + lack.Error()
	}
	return nodes{Real, why, rules}, ctx.Err()
}

// tell says in one line which nodes the sandbox gets, why, and what is built for them.
func (s *Sandbox) tell(n nodes) {
	if n.kind == Played {
		s.Console.Info("", "sandbox: played nodes, on which no container runs: %s", n.why)
		return
	}
	if unbuilt := s.Tools.Unbuilt(n.programs()...); len(unbuilt) > 0 {
		n.why += "; built for it, once, in up to 200 core-seconds: " + strings.Join(unbuilt, ", ")
	}
	s.Console.Info("", "sandbox: a real node, which runs what is deployed: %s", n.why)
}

// lacksForNode returns what a real node needs and this machine lacks, nil if there is nothing. It builds nothing and leaves nothing.
func (s *Sandbox) lacksForNode() error {
	if runtime.GOOS != "linux" {
		return errors.New("this machine has no Linux")
	}
	if os.Geteuid() != 0 {
		return errors.New("this user is not root")
	}
	if !slices.ContainsFunc([]string{"runc", "gcc"}, onPath) {
		return exit.Errorf(exit.Setup, "runc is not installed, nor gcc, to build it").Try("install Debian's package runc")
	}
	if err := kernel.Try(s.path("try")); err != nil {
		return err
	}
	cgroup, err := node.Cgroup(s.Dir)
	if err != nil {
		return err
	}
	return errors.Join(kernel.MakeCgroup(cgroup), kernel.RemoveCgroup(cgroup))
}

func onPath(program string) bool {
	_, err := process.LookPath(program)
	return err == nil
}

// noNode is the error of a machine that cannot have a real node.
func noNode(lack error) error {
	remedy := "SANDBOX_NODES=played plays the nodes, and needs nothing of that"
	if mend := exit.Remedy(lack); mend != "" {
		remedy = mend + "; " + remedy
	}
	return exit.Errorf(exit.Setup, "no real node on this machine: %s", exit.Cause(lack)).Try("%s", remedy)
}
