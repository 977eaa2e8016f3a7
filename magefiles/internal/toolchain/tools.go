package toolchain

import "slices"

// Tool is a program and the module that it is built from.
type Tool struct {
	Name    string // of the binary
	Dir     string // name of its module: NAME.mod in magefiles/tools
	Package string
	Module  string // whose version the binary has
	stamp   bool   // Kubernetes: the version is linked in
	cgo     bool   // part of it is C
	tags    string // of the build
	path    fit    // versions on PATH that can be used instead; none if zero
}

// tools are all known tools, by the names that this project uses.
var tools = map[string]Tool{
	"helm":                    tool("cluster", "helm.sh/helm/v4", "cmd/helm").onPath("v4.0.0", "v5.0.0", helmVersion...),
	"helm3":                   tool("helm3", "helm.sh/helm/v3", "cmd/helm").onPath("v3.13.0", "v4.0.0", helmVersion...), // 3.13 brought labels of releases
	"kubectl":                 kubernetes("kubectl").onPath("v1.28.0", "v2.0.0", "version", "--client", "--output", "json"),
	"kube-apiserver":          kubernetes("kube-apiserver"),
	"kube-controller-manager": kubernetes("kube-controller-manager"),
	"kube-scheduler":          kubernetes("kube-scheduler"),
	"kubelet":                 kubernetes("kubelet"),
	"kube-proxy":              kubernetes("kube-proxy"),
	"containerd":              containerd("containerd"),
	"containerd-shim-runc-v2": containerd("containerd-shim-runc-v2"),
	"bridge":                  plugin("main/bridge"),
	"loopback":                plugin("main/loopback"),
	"host-local":              plugin("ipam/host-local"),
	"portmap":                 plugin("meta/portmap"),
	"etcd":                    tool("cluster", "go.etcd.io/etcd/server/v3", "").named("etcd"),
	"kwok":                    tool("cluster", "sigs.k8s.io/kwok", "cmd/kwok"),
	"kwokctl":                 tool("cluster", "sigs.k8s.io/kwok", "cmd/kwokctl"),
	"crane":                   tool("crane", "github.com/google/go-containerregistry", "cmd/crane"),
	"registry":                tool("distribution", "github.com/distribution/distribution/v3", "cmd/registry"),
	"buildctl":                tool("buildkit", "github.com/moby/buildkit", "cmd/buildctl").onPath("v0.12.0", "v1.0.0", "--version"),
	"buildkitd":               tool("buildkit", "github.com/moby/buildkit", "cmd/buildkitd"),
	"runc":                    tool("runc", "github.com/opencontainers/runc", "").withC(),
	"rootlesskit":             tool("rootlesskit", "github.com/rootless-containers/rootlesskit/v2", "cmd/rootlesskit").onPath("v2.0.0", "v3.0.0", "--version"),
	"cosign":                  tool("cosign", "github.com/sigstore/cosign/v3", "cmd/cosign").onPath("v3.0.0", "v4.0.0", "version", "--json"),
	"sops":                    tool("sops", "github.com/getsops/sops/v3", "cmd/sops").onPath("v3.9.0", "v4.0.0", "--version", "--disable-version-check"),
	"hugo":                    tool("hugo", "github.com/gohugoio/hugo", ""),
	"golangci-lint":           tool("golangci-lint", "github.com/golangci/golangci-lint/v2", "cmd/golangci-lint"),
	"helmfile":                tool("helmfile", "github.com/helmfile/helmfile", "").named("helmfile"),
}

var helmVersion = []string{"version", "--template", "{{.Version}}"}

// tool is the program in a package of a module, "" for the module's first, that is built with the go.mod in dir.
func tool(dir, module, pkg string) Tool {
	found := Tool{Dir: dir, Package: module, Module: module}
	if pkg != "" {
		found.Package += "/" + pkg
	}
	return found.named(commandName(found.Package))
}

func kubernetes(name string) Tool {
	found := tool("cluster", "k8s.io/kubernetes", "cmd/"+name)
	found.stamp = true
	return found
}

// containerd is a command of containerd, without the file systems that need C.
func containerd(name string) Tool {
	found := tool("containerd", "github.com/containerd/containerd/v2", "cmd/"+name)
	found.tags = "no_btrfs,no_zfs,no_devmapper,osusergo,netgo,static_build"
	return found
}

// plugin is one of the programs by which containerd connects pods.
func plugin(name string) Tool {
	return tool("cni", "github.com/containernetworking/plugins", "plugins/"+name)
}

func (t Tool) named(name string) Tool {
	t.Name = name
	return t
}

func (t Tool) withC() Tool {
	t.cgo = true
	return t
}

// onPath sets which versions on PATH can be used instead, and the arguments that make the program print its version.
func (t Tool) onPath(from, below string, ask ...string) Tool {
	t.path = fit{ask: slices.Clone(ask), from: from, below: below}
	return t
}
