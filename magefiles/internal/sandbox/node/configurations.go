package node

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// configurations are the files of containerd, kubelet, kube-proxy and the network of pods, with words in capitals for what differs.
//
//go:embed files/*
var configurations embed.FS

// placed is where a configuration lies, if not beside the others.
var placed = map[string]string{"pods.conflist": "cni"}

func writeConfigurations(s Settings, files string) error {
	hostPorts := "" // of pods: they need rules of the kernel
	if s.Rules != "" {
		hostPorts = `, {"type": "portmap", "capabilities": {"portMappings": true}}`
	}
	words := strings.NewReplacer(
		"FILES", files, "PLUGINS", filepath.Dir(s.Tools["bridge"]), "RUNC", s.Tools["runc"], "REGISTRY", s.Registry, "PAUSE", s.Pause,
		"CGROUP", s.Cgroup, "ADDRESS", address, "NETWORK", network, "RULES", s.Rules, "HOSTPORTS", hostPorts, "NODE", Name,
	)
	entries, err := fs.ReadDir(configurations, "files")
	if err != nil {
		return err
	}
	for _, entry := range entries {
		content, err := configurations.ReadFile(path.Join("files", entry.Name()))
		if err != nil {
			return err
		}
		to := filepath.Join(files, placed[entry.Name()], entry.Name())
		if err := os.WriteFile(to, []byte(words.Replace(string(content))), 0o600); err != nil {
			return err
		}
	}
	return writeHosts(files, s.Registry, fmt.Sprintf("server = \"http://%s\"\n\n", s.Registry)+asked(s.Registry))
}

// Mirror lets the node ask the sandbox's registry first for what the other registry has, which is named as containerd does: docker.io, host or host:port.
// It works at once. Without an image to be found there a node should not ask: containerd tells what the mirror lacks, and not why the other does not answer.
func Mirror(sandbox, registry, other string) error {
	return writeHosts(Files(sandbox), other, asked(registry))
}

// asked is a registry that is asked, as containerd reads it: docs/hosts.md there.
func asked(registry string) string {
	return fmt.Sprintf("[host.\"http://%s\"]\n  capabilities = [\"pull\", \"resolve\"]\n", registry)
}

// writeHosts writes which hosts are asked for what a registry has. containerd reads that at each pull, so it is there whole or not at all.
func writeHosts(files, registry, hosts string) error {
	dir := filepath.Join(files, "registries", registry)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	part := filepath.Join(dir, ".hosts.toml")
	if err := os.WriteFile(part, []byte(hosts), 0o600); err != nil {
		return err
	}
	return os.Rename(part, filepath.Join(dir, "hosts.toml"))
}
