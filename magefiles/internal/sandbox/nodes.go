package sandbox

import (
	"os"
	"runtime"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/process"
)

// What the nodes of a sandbox can be.
const (
	Played = "played" // by kwok: no container runs
	Real   = "real"   // containers run, in namespaces of the sandbox's own
)

// programsOf are the tools of each kind of nodes, and of their control plane.
var programsOf = map[string][]string{
	Played: {"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl", "kwok", "kwokctl"},
	Real: {
		"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl",
		"kubelet", "kube-proxy", "containerd", "containerd-shim-runc-v2", "bridge", "host-local", "loopback", "portmap",
	},
}

// chooseNodes decides which nodes the sandbox gets, and tells why. Whether this machine can have a real one is certain only when its tools
// are built.
func (s *Sandbox) chooseNodes() (kind, why string, err error) {
	if s.Nodes == Real {
		if missing := missingForNode(); missing != "" {
			return "", "", noNode(missing)
		}
		return Real, "SANDBOX_NODES=real", nil
	}
	if s.Nodes == Played {
		return Played, "SANDBOX_NODES=played", nil
	}
	return Played, "SANDBOX_NODES=real gives one that runs what is deployed", nil
}

// missingForNode returns what a real node needs and this machine certainly lacks, "" if nothing is known.
func missingForNode() string {
	if runtime.GOOS != "linux" {
		return "this machine has no Linux"
	}
	if os.Geteuid() != 0 {
		return "this user is not root"
	}
	if _, err := rules(); err != nil {
		return err.Error()
	}
	if _, err := process.LookPath("runc"); err != nil {
		if _, err := process.LookPath("gcc"); err != nil {
			return "neither runc is installed, nor gcc, to build it"
		}
	}
	return ""
}

// rules returns what leads connections to services on this machine.
func rules() (string, error) {
	if _, err := process.LookPath("iptables"); err == nil {
		return "iptables", nil
	}
	if _, err := process.LookPath("nft"); err == nil {
		return "nftables", nil
	}
	return "", exit.Errorf(exit.Setup, "neither iptables nor nft is installed")
}

// noNode is the error of a machine that cannot have a real node.
func noNode(why string) error {
	return exit.Errorf(exit.Setup, "no real node on this machine: %s", why).Try("SANDBOX_NODES=played plays the nodes, and needs nothing of that")
}
