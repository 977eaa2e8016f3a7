// Package node writes down a real Kubernetes node with its control plane: certificates, configurations, and which programs run with which
// arguments. The program realnode beside it runs what Write wrote. Package sandbox calls it.
package node

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
)

// What the node's network has. It is a network of the node's own, in which nothing else is, so these can be the same for each sandbox.
const (
	Name     = "node-0"
	address  = "10.88.0.1"
	network  = "10.88.0.0/16"
	services = "10.96.0.0/16"
	first    = "10.96.0.1" // of services: the API server's
)

// ProxyHealth is where the API server leads to what kube-proxy says of its health.
const ProxyHealth = "/api/v1/nodes/http:" + Name + ":10256/proxy/healthz"

// system are the directories of this machine that the node sees, to be read only. The rest of its root is its own.
var system = []string{"bin", "sbin", "lib", "lib32", "lib64", "libx32", "usr", "etc", "nix", "gnu"}

// Shows reports whether the node sees a file of this machine.
func Shows(file string) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(file, "/"), "/")
	return slices.Contains(system, first)
}

// Plugins are those of the network that every node has.
var Plugins = []string{"bridge", "host-local", "loopback"}

// HostPorts is the plugin that leads ports of the node to pods, by rules of the kernel.
const HostPorts = "portmap"

// Settings are what a node is made from.
type Settings struct {
	Dir      string            // of the sandbox
	Cgroup   string            // of all pods
	Tools    map[string]string // programs, by name; runc among them
	ToolDirs []string          // where they are
	Program  string            // realnode
	Registry string            // host:port
	API      string            // host:port at which this machine reaches the API server
	Rules    string            // iptables or nftables: what kube-proxy leads connections to services by; "" if realnode leads them
	Pause    string            // image of a pod's first container
}

// plan is what realnode reads: see there.
type plan struct {
	Dir, Files                  string
	Tools, System               []string
	Name                        string
	Address, Network, Services  string
	Leads                       bool
	Registry, API, Subnet       string
	Certificate, Key, Authority string
	Programs                    []program
}

// Files is where the files of the node are, within the sandbox's directory.
func Files(dir string) string { return filepath.Join(dir, "node") }

// Plan is the file that realnode reads.
func Plan(dir string) string { return filepath.Join(Files(dir), "plan.json") }

// Cgroup is the name of the cgroup that all pods of the sandbox in dir are in. The root user of a container has the same paths and may see the same
// cgroups, so the name is made from how the kernel knows the directory above. That one stays when a sandbox goes.
// Of a sandbox whose directory was removed by hand together with that one, an empty cgroup is left.
func Cgroup(dir string) (string, error) {
	above, err := os.Stat(filepath.Dir(dir))
	if err != nil {
		return "", fmt.Errorf("naming the cgroup of the sandbox's pods: %w", err)
	}
	known := above.Sys().(*syscall.Stat_t)
	return fmt.Sprintf("hub-ops-%08x", sum(fmt.Sprint(known.Dev, " ", known.Ino, " ", filepath.Base(dir)))), nil
}

// cgroupRoot is the line of a kubelet's configuration that has the cgroup's name.
var cgroupRoot = regexp.MustCompile(`(?m)^cgroupRoot: /(hub-ops-[0-9a-f]+)$`)

// WrittenCgroup is the cgroup of the node that is in the sandbox's directory already, "" if there is none. An earlier version named it otherwise.
func WrittenCgroup(dir string) string {
	content, err := os.ReadFile(filepath.Join(Files(dir), "kubelet.yaml"))
	if match := cgroupRoot.FindSubmatch(content); err == nil && match != nil {
		return string(match[1])
	}
	return ""
}

// subnet is where the sandbox's load balancers get addresses from: one of 127.64 to 127.127, by the sandbox's directory.
func subnet(dir string) string { return fmt.Sprintf("127.%d", 64+sum(dir)%64) }

func sum(text string) uint32 {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(text))
	return hash.Sum32()
}

// Write writes everything that the node is made from, and a kubeconfig of its administrator.
func Write(s Settings, kubeconfig string) error {
	files := Files(s.Dir)
	for _, dir := range []string{files, filepath.Join(files, "cni"), filepath.Join(files, "manifests")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	if err := writeCertificates(files, s.API, kubeconfig); err != nil {
		return fmt.Errorf("making certificates: %w", err)
	}
	if err := writeConfigurations(s, files); err != nil {
		return err
	}
	return writePlan(s, programs(s, files))
}

func writePlan(s Settings, programs []program) error {
	files := Files(s.Dir)
	in := func(name string) string { return filepath.Join(files, name) }
	content, err := json.MarshalIndent(plan{
		Dir: s.Dir, Files: files, Tools: s.ToolDirs, System: system, Name: Name, Address: address, Network: network, Services: services, Leads: s.Rules == "",
		Registry: s.Registry, API: s.API, Subnet: subnet(s.Dir), Certificate: in("admin.crt"), Key: in("admin.key"), Authority: in("ca.crt"), Programs: programs,
	}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(Plan(s.Dir), content, 0o600)
}
