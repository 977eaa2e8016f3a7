package node

import (
	"path/filepath"
	"slices"
)

// program is one that the node runs.
type program struct {
	Name, Path string
	Args, Env  []string
}

// programs are the control plane and the node. They start at once: each waits for what it needs, or is started again.
func programs(s Settings, files string) []program {
	in := func(name string) string { return filepath.Join(files, name) }
	kubeconfig := func(name string) string { return "--kubeconfig=" + in(name+".kubeconfig") }
	list := []program{
		{Name: "etcd", Args: []string{
			"--name=sandbox", "--data-dir=" + in("etcd"), "--unsafe-no-fsync", "--log-level=warn",
			// Sockets beside its data: a pod in the node's network gets nowhere. Their paths are relative because a socket's may have 107 bytes.
			"--listen-client-urls=unix://etcd.sock", "--advertise-client-urls=unix://etcd.sock",
			"--listen-peer-urls=unix://etcd-peer.sock", "--initial-advertise-peer-urls=unix://etcd-peer.sock", "--initial-cluster=sandbox=unix://etcd-peer.sock",
		}},
		{Name: "kube-apiserver", Args: []string{
			"--etcd-servers=unix://etcd.sock", "--secure-port=6443", "--advertise-address=" + address, "--service-cluster-ip-range=" + services,
			"--allow-privileged", "--authorization-mode=Node,RBAC", "--enable-admission-plugins=NodeRestriction",
			"--client-ca-file=" + in("ca.crt"), "--tls-cert-file=" + in("api-server.crt"), "--tls-private-key-file=" + in("api-server.key"),
			"--kubelet-client-certificate=" + in("kubelet-client.crt"), "--kubelet-client-key=" + in("kubelet-client.key"),
			"--kubelet-certificate-authority=" + in("ca.crt"), "--kubelet-preferred-address-types=InternalIP",
			"--service-account-key-file=" + in("accounts.crt"), "--service-account-signing-key-file=" + in("accounts.key"),
			"--service-account-issuer=https://kubernetes.default.svc.cluster.local",
		}},
		{Name: "kube-controller-manager", Args: []string{
			kubeconfig("controller-manager"), "--leader-elect=false", "--bind-address=127.0.0.1", "--use-service-account-credentials",
			"--service-account-private-key-file=" + in("accounts.key"), "--root-ca-file=" + in("ca.crt"),
			"--cluster-signing-cert-file=" + in("ca.crt"), "--cluster-signing-key-file=" + in("ca.key"),
		}},
		{Name: "kube-scheduler", Args: []string{kubeconfig("scheduler"), "--leader-elect=false", "--bind-address=127.0.0.1"}},
		// The shim is found on its PATH. What is not this machine's or the cluster's goes through realnode's proxy: nothing else leads out.
		{Name: "containerd", Args: []string{"--config", in("containerd.toml")}, Env: []string{
			"PATH=" + filepath.Dir(s.Tools["containerd-shim-runc-v2"]) + ":" + SystemPath,
			"HTTP_PROXY=http://127.0.0.1:3128", "HTTPS_PROXY=http://127.0.0.1:3128", "NO_PROXY=127.0.0.1,localhost,10.0.0.0/8",
		}},
		{Name: "kubelet", Args: []string{
			"--config=" + in("kubelet.yaml"), kubeconfig("kubelet"), "--root-dir=" + in("kubelet"), "--hostname-override=" + Name, "--node-ip=" + address,
		}},
	}
	if s.Rules != "" {
		list = append(list, program{Name: "kube-proxy", Args: []string{"--config=" + in("kube-proxy.yaml")}})
	}
	for i := range list {
		list[i].Path = s.Tools[list[i].Name]
		if list[i].Env == nil {
			list[i].Env = []string{"PATH=" + SystemPath}
		}
		list[i].Env = slices.Concat(list[i].Env, []string{"HOME=/root"})
	}
	return list
}

// SystemPath is the PATH of all programs.
const SystemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
