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
		"CGROUP", Cgroup(s.Dir), "ADDRESS", address, "NETWORK", network, "RULES", s.Rules, "HOSTPORTS", hostPorts, "NODE", Name,
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
	hosts := fmt.Sprintf("server = \"http://%[1]s\"\n\n[host.\"http://%[1]s\"]\n  capabilities = [\"pull\", \"resolve\"]\n", s.Registry)
	return os.WriteFile(filepath.Join(files, "registries", s.Registry, "hosts.toml"), []byte(hosts), 0o600)
}
